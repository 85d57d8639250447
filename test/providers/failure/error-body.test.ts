import { describe, expect, test } from "bun:test";
import { readError, readErrorBody } from "../../../src/providers/failure/error-body.ts";

const read = (body: unknown, status_text = "Bad Request") =>
  readErrorBody({
    status: 400,
    status_text,
    headers: {},
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

describe("the words of a failed call", () => {
  test.each<[unknown, string]>([
    [{ error: { message: "too long" } }, "too long"],
    [{ error: "too long" }, "too long"],
    [{ message: "too long" }, "too long"],
    [{ msg: "too long" }, "too long"],
    [{ detail: "too long" }, "too long"],
    [{ detail: { error: "too long" } }, "too long"],
    [{ errors: [{ message: "too long" }] }, "too long"],
    [{ error: { message: { detail: "too long" } } }, "too long"],
    [{ object: "error", message: "too long", code: 400 }, "too long"],
    [{ code: "Some entity was wrong", error: "too long" }, "too long"],
    [[{ error: { code: 400, message: "too long", status: "INVALID_ARGUMENT" } }], "too long"],
    [{ base_resp: { status_code: 2013, status_msg: "too long" } }, "too long"],
    ["plain words", "plain words"],
    ['"a JSON text"', "a JSON text"],
    ["<html><body>nginx</body></html>", "Bad Request"],
    ["  \n", "Bad Request"],
    ["", "Bad Request"],
    [{}, "Bad Request"],
    [[], "Bad Request"],
  ])("of %j are '%s'", (body, words) => {
    expect(read(body).words).toBe(words);
  });

  test("hold what the vendor behind a proxy said", () => {
    const raw = JSON.stringify({ error: { message: "the model is at capacity" } });
    expect(read({ error: { message: "Provider returned error", metadata: { raw } } }).words).toBe(
      "Provider returned error: the model is at capacity",
    );
    expect(read({ error: { message: "Provider returned error", metadata: { raw: "gone" } } }).words).toBe(
      "Provider returned error: gone",
    );
  });

  test("come with the codes and the parameter, and no sentence is a code", () => {
    const error = { message: "m", code: "unsupported_value", type: "invalid_request_error", param: "seed" };
    expect(read({ error })).toMatchObject({
      codes: ["unsupported_value", "invalid_request_error"],
      param: "seed",
    });
    expect(read({ code: "Client specified an invalid argument", error: "m" }).codes).toEqual([]);
  });
});

describe("an error that came with HTTP 200", () => {
  test.each<[object, number | undefined]>([
    [{ error: { message: "m", code: 502 } }, 502],
    [{ error: { message: "m", code: "429" } }, 429],
    [{ error: { message: "m", status_code: 400 } }, 400],
    [{ error: { message: "m", type: "rate_limit_error" } }, 429],
    [{ error: { message: "m", code: "insufficient_quota" } }, 429],
    [{ error: { message: "m", type: "overloaded_error" } }, 503],
    [{ error: { message: "m", type: "invalid_request_error" } }, 400],
    [{ error: { message: "m", code: "context_length_exceeded" } }, 400],
    [{ error: { message: "m", status: "UNAVAILABLE" } }, 503],
    [{ error: { message: "m", status: "RESOURCE_EXHAUSTED" } }, 429],
    [{ error: { message: "m", type: "authentication_error" } }, 401],
    [{ error: { message: "m", type: "server_error", code: null } }, undefined],
    [{ error: { message: "m", code: 1013 } }, undefined],
    [{ error: "m" }, undefined],
  ])("%j stands for %p", (body, status) => {
    expect(readError(body)).toMatchObject({ words: "m", status });
  });

  test.each([
    {},
    { error: null },
    { error: false },
    { error: "" },
    { error: {} },
    { error: [] },
    { base_resp: { status_code: 0, status_msg: "success" } },
    { choices: [] },
    null,
    "text",
    [[]],
  ])("is not in %j", (body) => {
    expect(readError(body)).toBeUndefined();
  });
});
