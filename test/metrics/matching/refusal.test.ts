import { describe, expect, test } from "bun:test";
import { scoredValue, scoreOf } from "../sample.ts";

describe("refusal", () => {
  test("recognises phrases of refusal in any case and with any apostrophe", async () => {
    expect(await scoreOf("refusal", { output: "I’M SORRY, but no." })).toEqual({
      value: 1,
      explanation: `"i'm sorry"`,
    });
    expect(await scoredValue("refusal", { output: "Paris is the capital." })).toBe(0);
  });
});
