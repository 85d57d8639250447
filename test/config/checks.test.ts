import { describe, expect, test } from "bun:test";
import { configReader, faultOf } from "../support/config.ts";

const read = configReader();

describe("the first admin, and the judge", () => {
  const halves: [string, Record<string, string>][] = [
    ["ADMIN_PASSWORD", { ADMIN_USERNAME: "admin" }],
    ["ADMIN_USERNAME", { ADMIN_PASSWORD: "password1" }],
    ["JUDGE_MODEL", { JUDGE_PROVIDER: "openai" }],
    ["JUDGE_PROVIDER", { JUDGE_MODEL: "gpt-4o-mini" }],
  ];
  test.each(halves)("without %s is refused, naming both variables", (missing, environment) => {
    const { message } = faultOf(() => read(environment));
    const [present] = Object.keys(environment);
    expect(message).toStartWith(`${missing} must be set together with ${present}. Example: ${missing}=`);
  });
});

describe("the judge's provider", () => {
  const judge = { JUDGE_PROVIDER: "my-server", JUDGE_MODEL: "a-model" };

  test("may be a named endpoint", () => {
    const endpoint = { OPENAI_COMPATIBLE_MY_SERVER_BASE_URL: "http://127.0.0.1:8000/v1" };
    expect(read({ ...judge, ...endpoint }).judge_provider).toBe("my-server");
  });

  test("that is unknown stops the start, with the nearest or all known names", () => {
    expect(faultOf(() => read(judge)).message).toStartWith(
      "JUDGE_PROVIDER names no provider (accepted: baseline, mock, openai, ",
    );
    const { message } = faultOf(() => read({ ...judge, JUDGE_PROVIDER: "opnai" }));
    expect(message).toBe(
      "JUDGE_PROVIDER names no provider (did you mean openai?). Example: JUDGE_PROVIDER=openai",
    );
  });
});
