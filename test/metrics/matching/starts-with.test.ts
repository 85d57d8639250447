import { describe, expect, test } from "bun:test";
import { scoredValue, scoreOf } from "../sample.ts";

describe("starts_with", () => {
  test("compares the beginning, ignoring white space and case", async () => {
    expect(await scoredValue("starts_with", { output: "\n yes, it is", expected: ["No", "Yes"] })).toBe(1);
    expect(await scoredValue("starts_with", { output: "oh yes", expected: ["yes"] })).toBe(0);
    expect(
      await scoredValue("starts_with", { output: "yes", expected: ["Yes"] }, { ignore_case: false }),
    ).toBe(0);
  });

  test("is null for an empty reference, with which any text begins", async () => {
    expect(await scoreOf("starts_with", { output: "x", expected: [" "] })).toEqual({
      value: null,
      reason: "the expected answer is empty",
    });
  });
});
