import { describe, expect, test } from "bun:test";
import { hasUnspaced } from "../../../src/metrics/text/scripts.ts";
import squad from "../references/squad.json";
import { metricOf, scoredValue, scoreOf } from "../sample.ts";

const f1Of = (output: string, ...expected: string[]): Promise<number | null> =>
  scoredValue("f1", { output, expected });

describe("f1", () => {
  test("agrees with the official SQuAD 2.0 script to 1e-9", async () => {
    const cases = squad.cases as [string, string[], number][];
    expect(cases.filter(([output]) => !hasUnspaced(output)).length).toBeGreaterThanOrEqual(200);
    for (const [output, references, value] of cases) {
      // There the official script takes a sentence for one word.
      if ([output, ...references].some(hasUnspaced)) continue;
      const actual = await f1Of(output, ...references);
      expect([output, references, Math.abs((actual ?? Number.NaN) - value) <= 1e-9]).toEqual([
        output,
        references,
        true,
      ]);
    }
  });

  test("the cases include partial matches, scripts of many kinds, several references and empty texts", () => {
    const cases = squad.cases as [string, string[], number][];
    expect(cases.filter(([, , value]) => value > 0 && value < 1).length).toBeGreaterThan(100);
    expect(cases.filter(([, references]) => references.length > 1).length).toBeGreaterThan(100);
    expect(cases.filter(([output]) => output === "").length).toBeGreaterThan(2);
    expect(cases.filter(([output]) => /\p{Script=Han}/u.test(output)).length).toBeGreaterThan(20);
  });

  test("is the harmonic mean of precision and recall over words", async () => {
    // Two of three words are right (2/3), two of four are found (1/2).
    expect(await f1Of("red green black", "red green blue white")).toBeCloseTo(4 / 7, 12);
    expect(await f1Of("The Eiffel Tower!", "eiffel tower")).toBe(1);
    expect(await f1Of("Lyon", "Paris")).toBe(0);
  });

  test("splits scripts without spaces, and notes it", async () => {
    // Eight characters against seven, all of which are shared.
    const score = await scoreOf("f1", { output: "北京是中国的首都。", expected: ["北京是中国首都"] });
    expect(score).toEqual({
      value: expect.closeTo(14 / 15, 12),
      note: expect.stringContaining("characters"),
    });
    expect(await f1Of("東京です", "東京")).toBeCloseTo(2 / 3, 12);
    expect(await f1Of("上海", "北京")).toBe(0);
    expect(await f1Of("กรุงเทพเป็นเมืองหลวง", "เมืองหลวง")).toBeGreaterThan(0);
    expect(await scoreOf("f1", { output: "서울 시", expected: ["서울"] })).toEqual({
      value: expect.closeTo(2 / 3, 12),
    });
  });

  test("counts a repeated word as often as both have it", async () => {
    expect(await f1Of("very very good", "very good")).toBeCloseTo(0.8, 12);
  });

  test("takes the best reference", async () => {
    expect(await f1Of("Barack Obama", "Obama", "Barack Obama", "Hussein")).toBe(1);
  });

  test("is 1 for two texts without words, and 0 if only one has words", async () => {
    expect(await f1Of("", "")).toBe(1);
    expect(await f1Of("...", "the")).toBe(1);
    expect(await f1Of("", "Paris")).toBe(0);
    expect(await f1Of("Paris", "")).toBe(0);
  });

  test("is null without a reference, and for a letter", async () => {
    expect(await scoredValue("f1", { output: "Paris" })).toBeNull();
    const score = await scoreOf("f1", { output: "A", expected: ["A"], choices: ["Lyon", "Paris"] });
    expect(score).toEqual({
      value: null,
      reason: "a multiple-choice sample's reference is a letter, not a text",
    });
  });

  test("sums up as a mean whose interval stays in 0 to 1", () => {
    const summary = metricOf("f1").summarize(Float64Array.of(1, 1, 0.9));
    expect(summary.value).toBeCloseTo(2.9 / 3, 12);
    expect(summary.ci95?.[1]).toBe(1);
  });
});
