import { describe, expect, test } from "bun:test";
import { metricOf, scoredValue, scoreOf } from "../sample.ts";

const containsOf = (output: string, ...expected: string[]): Promise<number | null> =>
  scoredValue("contains", { output, expected });

describe("contains", () => {
  test("is 1 if a reference occurs anywhere, in any case", async () => {
    expect(await containsOf("The capital is PARIS, of course.", "paris")).toBe(1);
    expect(await containsOf("paris", " Paris\n")).toBe(1);
    expect(await containsOf("首都は東京です。", "東京")).toBe(1);
    expect(await containsOf("un CAFE\u0301", "café")).toBe(1);
    expect(await containsOf("a party", "art")).toBe(1);
  });

  test("is 0 if none does", async () => {
    expect(await containsOf("The capital is Lyon.", "Paris")).toBe(0);
    expect(await containsOf("", "Paris")).toBe(0);
    expect(await containsOf("New  York", "New York")).toBe(0);
    expect(await containsOf("1000", "1,000")).toBe(0);
  });

  test("any of the references will do", async () => {
    expect(await containsOf("It is Nice.", "Paris", "Nice")).toBe(1);
    expect(await containsOf("It is Nice.", "Paris", "Lyon")).toBe(0);
  });

  test("reads a reference as text, not as a pattern", async () => {
    expect(await containsOf("anything", ".*")).toBe(0);
    expect(await containsOf("use .* here", ".*")).toBe(1);
  });

  test("ignores empty references, and is null if there is no other", async () => {
    expect(await containsOf("Lyon", "", "Paris")).toBe(0);
    expect(await scoreOf("contains", { output: "Lyon", expected: ["", " "] })).toEqual({
      value: null,
      reason: "the expected answer is empty",
    });
  });

  test("is null for a multiple-choice sample, whose letter occurs in any text", async () => {
    const score = await scoreOf("contains", { output: "A cat", expected: ["A"], choices: ["Lyon", "Paris"] });
    expect(score).toEqual({
      value: null,
      reason: "a multiple-choice sample's reference is a letter, not a text",
    });
  });

  test("is null without a reference", async () => {
    expect(await scoredValue("contains", { output: "Paris" })).toBeNull();
  });

  test("sums up as a proportion", () => {
    const summary = metricOf("contains").summarize(Float64Array.of(0, 1, 1, 0));
    expect(summary).toMatchObject({ value: 0.5, n: 4, unit: "ratio", better: "higher" });
    expect(summary.stderr).toBeCloseTo(Math.sqrt(0.25 / 3), 12);
  });
});

describe("contains with parameters", () => {
  const expected = ["red", "Blue"];
  test("requires any reference, or all", async () => {
    expect(await scoredValue("contains", { output: "a RED one", expected })).toBe(1);
    expect(await scoredValue("contains", { output: "a RED one", expected }, { all: true })).toBe(0);
    expect(await scoredValue("contains", { output: "red, blue", expected }, { all: true })).toBe(1);
    expect(await scoredValue("contains", { output: "a RED one", expected }, { ignore_case: false })).toBe(0);
  });
});
