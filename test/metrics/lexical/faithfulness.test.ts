import { describe, expect, test } from "bun:test";
import kPrecision from "../references/k-precision.json";
import { metricOf, scoredValue, scoreOf } from "../sample.ts";

const faithfulnessOf = (output: string, ...context: string[]): Promise<number | null> =>
  scoredValue("faithfulness", { output, context });

describe("faithfulness", () => {
  test("agrees with the K-Precision of its authors' code to 1e-9", async () => {
    const cases = kPrecision.cases as [string, string[], number][];
    expect(cases.length).toBeGreaterThan(100);
    for (const [output, context, value] of cases) {
      expect(await faithfulnessOf(output, ...context)).toBeCloseTo(value, 9);
    }
  });

  test("is the share of the output's words that the context has", async () => {
    const context = "Paris is the capital of France. It lies on the Seine.";
    expect(await faithfulnessOf("Paris lies on the Seine.", context)).toBe(1);
    expect(await faithfulnessOf("Paris lies on the Rhine.", context)).toBe(0.75);
    expect(await faithfulnessOf("Nothing borne out", context)).toBe(0);
  });

  test("counts a word as often as the context has it", async () => {
    expect(await faithfulnessOf("Seine Seine Seine Seine", "the Seine")).toBe(0.25);
  });

  test("takes the passages of a context together", async () => {
    expect(await faithfulnessOf("red blue", "red", "blue")).toBe(1);
  });

  test("tells the words of a text without spaces apart", async () => {
    expect(await faithfulnessOf("東京は首都です。", "日本の首都は東京です。")).toBe(1);
    const partly = (await faithfulnessOf("大阪は首都です。", "日本の首都は東京です。")) ?? -1;
    expect(partly).toBeGreaterThan(0.4);
    expect(partly).toBeLessThan(1);
  });

  test("takes a typographic apostrophe for a plain one, and an accent composed for one that is not", async () => {
    expect(await faithfulnessOf("It doesn’t", "it doesn't")).toBe(1);
    expect(await faithfulnessOf("cafe\u0301", "café")).toBe(1);
  });

  test("is held against the input where there is no context, and says so", async () => {
    for (const context of [undefined, []]) {
      const fields = { input: "Tell of red apples", output: "red pears", ...(context ? { context } : {}) };
      expect(await scoreOf("faithfulness", fields)).toEqual({
        value: 0.5,
        explanation: "held against the input, as there is no context",
      });
    }
    expect(await scoreOf("faithfulness", { output: "red", context: ["red"] })).toEqual({ value: 1 });
  });

  test("is null where the output or the knowledge has no words", async () => {
    expect(await scoreOf("faithfulness", { output: " … ", context: ["red"] })).toEqual({
      value: null,
      reason: "the output has no words",
    });
    expect(await scoreOf("faithfulness", { output: "red", context: [""] })).toEqual({
      value: null,
      reason: "there are no words to hold the output against",
    });
  });

  test("names its method and its source", () => {
    expect(metricOf("faithfulness")).toMatchObject({ method: "lexical", requires: [], range: [0, 1] });
    expect(metricOf("faithfulness").source).toContain("2307.16877");
  });
});
