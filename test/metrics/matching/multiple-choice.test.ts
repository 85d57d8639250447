import { describe, expect, test } from "bun:test";
import { scoredValue, scoreOf } from "../sample.ts";

describe("multiple_choice", () => {
  const valueFor = (output: string, expected = "B", params = {}) =>
    scoredValue("multiple_choice", { output, expected: [expected] }, params);

  test("reads the letter out of the output itself", async () => {
    expect(await valueFor("Let me think. A is wrong.\n**ANSWER: B**")).toBe(1);
    expect(await valueFor("b")).toBe(1);
    expect(await valueFor("ANSWER: C")).toBe(0);
    expect(await valueFor("ANSWER: B\nNo: ANSWER: C")).toBe(1);
  });

  test("knows as many letters as there are choices", async () => {
    expect(await valueFor("ANSWER: E", "E")).toBeNull();
    expect(await valueFor("ANSWER: E", "E", { choices: 5 })).toBe(1);
    const sample = { output: "ANSWER: C", expected: ["C"], choices: ["x", "y", "z"] };
    expect(await scoredValue("multiple_choice", sample, { choices: 2 })).toBe(1);
  });

  test("is 0 with a note if the output has no single letter, and null if no letter was expected", async () => {
    expect(await scoreOf("multiple_choice", { output: "I can't tell", expected: ["B"] })).toMatchObject({
      value: 0,
      note: "the output settles on no one choice",
    });
    expect(await valueFor("ANSWER: B", "Paris")).toBeNull();
  });
});
