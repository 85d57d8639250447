import { describe, expect, test } from "bun:test";
import { scoredValue, scoreOf } from "../sample.ts";

describe("numeric_match", () => {
  test("compares texts of numbers as the harness does, not values", async () => {
    const answer = "6 * 7 = <<6*7=42>>42\n#### 42";
    expect(await scoredValue("numeric_match", { output: "It is $42.", expected: [answer] })).toBe(1);
    expect(await scoredValue("numeric_match", { output: "It is 42.0", expected: ["42"] })).toBe(0);
    expect(await scoredValue("numeric_match", { output: "It is 1,042", expected: [" 1042\n"] })).toBe(1);
    expect(await scoredValue("numeric_match", { output: "42", expected: ["42"] }, { mode: "strict" })).toBe(
      0,
    );
  });

  test("is 0 with a note if there is no number", async () => {
    expect(await scoreOf("numeric_match", { output: "none", expected: ["42"] })).toMatchObject({
      value: 0,
      note: "no number was found in the output",
    });
  });
});
