import { describe, expect, test } from "bun:test";
import { scoredValue, scoreOf } from "../sample.ts";

describe("multiple_choice", () => {
  const valueFor = (output: string, expected = "B", params = {}) =>
    scoredValue("multiple_choice", { output, expected: [expected] }, params);

  test("reads the letter out of the output itself", async () => {
    expect(await valueFor("Let me think. A is wrong.\n**ANSWER: B**")).toBe(1);
    expect(await valueFor("b")).toBe(1);
    expect(await valueFor("ANSWER: C")).toBe(0);
    expect(await valueFor("ANSWER: B\nNo: ANSWER: C")).toBe(0);
    expect(await valueFor("So the answer is (B).")).toBe(1);
    expect(await valueFor("<think>ANSWER: B</think>It is C) east.\nANSWER: C")).toBe(0);
  });

  test("knows as many letters as there are choices", async () => {
    expect(await valueFor("ANSWER: E", "E")).toBeNull();
    expect(await valueFor("ANSWER: E", "E", { choices: 5 })).toBe(1);
    const sample = { output: "ANSWER: C", expected: ["C"], choices: ["x", "y", "z"] };
    expect(await scoredValue("multiple_choice", sample, { choices: 2 })).toBe(1);
  });

  test("counts the choices that the question lists", async () => {
    const input = "Which is the largest?\nA) one\nB) two\nC) three\nD) four\nE) five";
    const scored = (output: string) => scoredValue("multiple_choice", { input, output, expected: ["(E)"] });
    expect(await scored("The answer is E.")).toBe(1);
    expect(await scored("five")).toBe(1);
    expect(await scored("The answer is F.")).toBe(0);
  });

  test("is 0 with a note if the output has no single letter, and null if no letter was expected", async () => {
    expect(await scoreOf("multiple_choice", { output: "I can't tell", expected: ["B"] })).toMatchObject({
      value: 0,
      note: "it declares no choice",
    });
    expect(await valueFor("ANSWER: B", "Paris")).toBeNull();
  });

  test("reads the letter by a pattern of its own", async () => {
    const params = { answer_pattern: "pick=(\\w+)" };
    expect(await valueFor("ANSWER: A pick=B", "B", params)).toBe(1);
    expect(await valueFor("pick=A pick=b", "B", params)).toBe(1);
    expect(await scoreOf("multiple_choice", { output: "ANSWER: B", expected: ["B"] }, params)).toMatchObject({
      value: 0,
      note: "the answer_pattern finds nothing in it",
    });
  });
});
