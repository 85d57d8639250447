import { describe, expect, test } from "bun:test";
import { metricOf, scoredValue, scoreOf } from "../sample.ts";

const exactMatchOf = (output: string, ...expected: string[]): Promise<number | null> =>
  scoredValue("exact_match", { output, expected });

describe("exact_match", () => {
  test("is 1 if the trimmed output is a reference", async () => {
    expect(await exactMatchOf("Paris", "Paris")).toBe(1);
    expect(await exactMatchOf(" \n Paris\t", "Paris ")).toBe(1);
    expect(await exactMatchOf("two  words", "two  words")).toBe(1);
    expect(await exactMatchOf("", " ")).toBe(1);
  });

  test("case, punctuation, inner white space and the spelling of numbers count", async () => {
    expect(await exactMatchOf("paris", "Paris")).toBe(0);
    expect(await exactMatchOf("Paris.", "Paris")).toBe(0);
    expect(await exactMatchOf("two  words", "two words")).toBe(0);
    expect(await exactMatchOf("1,000", "1000")).toBe(0);
    expect(await exactMatchOf("The answer is Paris", "Paris")).toBe(0);
  });

  test("the order of the words counts", async () => {
    expect(await exactMatchOf("man bites dog", "dog bites man")).toBe(0);
  });

  test("an accented character is the same composed or not", async () => {
    expect(await exactMatchOf("cafe\u0301", "café")).toBe(1);
    expect(await exactMatchOf("caf\u00e9", "cafe")).toBe(0);
    expect(await exactMatchOf("ﬁ", "fi")).toBe(0);
  });

  test("any of the references will do", async () => {
    expect(await exactMatchOf("b", "a", "b", "c")).toBe(1);
    expect(await exactMatchOf("d", "a", "b", "c")).toBe(0);
  });

  test("reads the output even if an answer was found in it", async () => {
    expect(await scoredValue("exact_match", { output: "So: 4", answer: "4", expected: ["4"] })).toBe(0);
  });

  test("compares a multiple-choice output with the letter", async () => {
    const choices = ["Lyon", "Paris"];
    expect(await scoredValue("exact_match", { output: "B\n", expected: ["B"], choices })).toBe(1);
    expect(await scoredValue("exact_match", { output: "Paris", expected: ["B"], choices })).toBe(0);
  });

  test("is null without a reference", async () => {
    const score = await scoreOf("exact_match", { output: "Paris" });
    expect(score).toEqual({ value: null, reason: "the sample has no expected answer" });
  });

  test("sums up as a proportion", () => {
    const summary = metricOf("exact_match").summarize(Float64Array.of(1));
    expect(summary).toMatchObject({ value: 1, n: 1, unit: "ratio", better: "higher", stderr: null });
    expect(summary.ci95?.[1]).toBe(1);
  });
});

describe("exact_match with parameters", () => {
  const valueFor = (output: string, expected: string, params: Record<string, unknown>) =>
    scoredValue("exact_match", { output, expected: [expected] }, params);

  test("ignores case, punctuation and numbers if asked", async () => {
    expect(await valueFor("PARIS", "Paris", {})).toBe(0);
    expect(await valueFor("PARIS", "Paris", { ignore_case: true })).toBe(1);
    expect(await valueFor("Paris!", "Paris", {})).toBe(0);
    expect(await valueFor("Paris!", "Paris", { ignore_punctuation: true })).toBe(1);
    expect(await valueFor("Paris 1", "Paris 2", { ignore_numbers: true })).toBe(1);
  });
});
