import { describe, expect, test } from "bun:test";
import { scoredValue, scoreOf } from "../sample.ts";

describe("exact_match", () => {
  const valueFor = (output: string, expected: string, params: Record<string, unknown>) =>
    scoredValue("exact_match", { output, expected: [expected] }, params);

  test("leaves out what it is told to", async () => {
    expect(await valueFor("PARIS", "Paris", {})).toBe(0);
    expect(await valueFor("PARIS", "Paris", { ignore_case: true })).toBe(1);
    expect(await valueFor("Paris!", "Paris", {})).toBe(0);
    expect(await valueFor("Paris!", "Paris", { ignore_punctuation: true })).toBe(1);
    expect(await valueFor("Paris 1", "Paris 2", { ignore_numbers: true })).toBe(1);
  });
});

describe("contains", () => {
  const expected = ["red", "Blue"];
  test("asks for any reference, or for all", async () => {
    expect(await scoredValue("contains", { output: "a RED one", expected })).toBe(1);
    expect(await scoredValue("contains", { output: "a RED one", expected }, { all: true })).toBe(0);
    expect(await scoredValue("contains", { output: "red, blue", expected }, { all: true })).toBe(1);
    expect(await scoredValue("contains", { output: "a RED one", expected }, { ignore_case: false })).toBe(0);
  });
});

describe("starts_with", () => {
  test("looks at the beginning, white space and case aside", async () => {
    expect(await scoredValue("starts_with", { output: "\n yes, it is", expected: ["No", "Yes"] })).toBe(1);
    expect(await scoredValue("starts_with", { output: "oh yes", expected: ["yes"] })).toBe(0);
    expect(
      await scoredValue("starts_with", { output: "yes", expected: ["Yes"] }, { ignore_case: false }),
    ).toBe(0);
  });

  test("is null of an empty reference, with which any text begins", async () => {
    expect(await scoreOf("starts_with", { output: "x", expected: [" "] })).toEqual({
      value: null,
      reason: "the expected answer is empty",
    });
  });
});

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

  test("is 0 with a note where there is no one letter, and null where none was expected", async () => {
    expect(await scoreOf("multiple_choice", { output: "I can't tell", expected: ["B"] })).toMatchObject({
      value: 0,
      note: "the output settles on no one choice",
    });
    expect(await valueFor("ANSWER: B", "Paris")).toBeNull();
  });
});

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

  test("is 0 with a note where there is no number", async () => {
    expect(await scoreOf("numeric_match", { output: "none", expected: ["42"] })).toMatchObject({
      value: 0,
      note: "no number was found in the output",
    });
  });
});

describe("refusal", () => {
  test("knows the phrases of refusal, whatever their case and apostrophe", async () => {
    expect(await scoreOf("refusal", { output: "I’M SORRY, but no." })).toEqual({
      value: 1,
      explanation: `"i'm sorry"`,
    });
    expect(await scoredValue("refusal", { output: "Paris is the capital." })).toBe(0);
  });
});

describe("length", () => {
  const valueFor = (output: string, params: Record<string, unknown>) =>
    scoredValue("length", { output }, params);

  test("counts words of any script, and characters", async () => {
    expect(await scoreOf("length", { output: "Don't count 3.5 twice." }, { max: 4 })).toEqual({
      value: 1,
      explanation: "4 words",
    });
    expect(await valueFor("one two three", { max: 2 })).toBe(0);
    expect(await valueFor("one two three", { min: 3, max: 3 })).toBe(1);
    expect(await scoreOf("length", { output: "東京は首都です" }, { min: 1 })).toMatchObject({ value: 1 });
    expect(await valueFor(" 👍🏽 ", { unit: "characters", min: 2, max: 2 })).toBe(1);
    expect(await valueFor("", { min: 1 })).toBe(0);
  });
});
