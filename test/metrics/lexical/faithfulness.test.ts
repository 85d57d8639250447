import { describe, expect, test } from "bun:test";
import { metricOf, scoredValue, scoreOf } from "../sample.ts";

const faithfulnessOf = (output: string, ...context: string[]): Promise<number | null> =>
  scoredValue("faithfulness", { output, context });

describe("faithfulness without a judge", () => {
  test("is the share of the output's pairs of words that the context has", async () => {
    const context = "Paris is the capital of France. It lies on the Seine.";
    expect(await faithfulnessOf("It lies on the Seine!", context)).toBe(1);
    // Of paris-lies, lies-on, on-the and the-rhine two occur.
    expect(await faithfulnessOf("Paris lies on the Rhine.", context)).toBe(0.5);
    expect(await faithfulnessOf("Seine the on lies it", context)).toBe(0);
  });

  test("counts a pair as often as the context has it", async () => {
    expect(await faithfulnessOf("the Seine the Seine the Seine", "on the Seine")).toBe(1 / 5);
  });

  test("takes the passages of a context together, but no pair across two of them", async () => {
    expect(await faithfulnessOf("red pear blue", "red pear", "pear blue")).toBe(1);
    expect(await faithfulnessOf("red blue", "red", "blue")).toBe(0);
  });

  test("tells the words of a text without spaces apart", async () => {
    expect(await faithfulnessOf("首都は東京です。", "日本の首都は東京です。")).toBe(1);
    expect(await faithfulnessOf("首都は大阪です。", "日本の首都は東京です。")).toBeLessThan(0.6);
  });

  test("is null without a context, naming what would help, and for an output of one word", async () => {
    for (const context of [undefined, []]) {
      const score = await scoreOf("faithfulness", { output: "red pears", ...(context ? { context } : {}) });
      expect(score).toEqual({
        value: null,
        reason: expect.stringMatching(/no context.*JUDGE_PROVIDER and JUDGE_MODEL.*accuracy/),
      });
    }
    for (const output of ["", " … ", "Paris"])
      expect(await scoreOf("faithfulness", { output, context: ["Paris"] })).toEqual({
        value: null,
        reason: "the output has fewer than two words",
      });
  });

  test("names its method, its source, and how well it agrees with people", () => {
    const { method, requires, source, agreement } = metricOf("faithfulness");
    expect([method, requires]).toEqual(["lexical", ["context"]]);
    expect(source).toContain("Bigram precision");
    expect(agreement).toMatchObject([
      { dataset: "QAGS-CNN/DM", statistic: "AUC", value: 0.818 },
      { dataset: "QAGS-XSum", statistic: "AUC", value: 0.627 },
    ]);
  });
});
