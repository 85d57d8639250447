import { describe, expect, test } from "bun:test";
import type { Scorable } from "../../../src/metrics/metric.ts";
import { comparePairs } from "../../../src/services/benchmarks/compare/pair-comparisons.ts";
import { createMetricCatalogue } from "../../../src/services/catalogues/metrics.ts";

const LABELS = ["positive", "negative", "very positive"];

function metricWith(params: Record<string, unknown>) {
  const [metric] = createMetricCatalogue().require([{ name: "classification", params }]);
  return metric!;
}

function scoreOf(params: Record<string, unknown>, sample: Partial<Scorable>) {
  const score = metricWith(params).score({ input: "", output: "", answer: null, ...sample });
  if (score instanceof Promise) throw new Error("scores at once");
  return score;
}

describe("a trial's label", () => {
  test.each([
    ["positive", 1, [0, 0]],
    ["Positive.", 1, [0, 0]],
    ["negative", 0, [0, 1]],
    ["Very positive", 0, [0, 2]],
    ["The answer is positive.", 1, [0, 0]],
    ["ANSWER: negative", 0, [0, 1]],
    ["positive or negative", 0, [0, 26]],
    ["I cannot tell.", 0, [0, 26]],
    ["", 0, [0, 26]],
  ])("%j is read among the named labels", (output, value, parts) => {
    const answer = output === "" ? null : output;
    expect(scoreOf({ labels: LABELS }, { output, answer, expected: ["positive"] })).toMatchObject({
      value,
      parts,
    });
  });

  test("is the letter of a choice if none are named, and its text if they are", () => {
    const sample = { choices: ["negative", "positive"], answer: "B", expected: ["A"] };
    expect(scoreOf({}, sample)).toMatchObject({ value: 0, parts: [0, 1] });
    expect(scoreOf({ labels: LABELS }, sample)).toMatchObject({ value: 0, parts: [1, 0] });
    expect(scoreOf({}, { ...sample, answer: null })).toMatchObject({ value: 0, parts: [0, 26] });
  });

  test("is null, with the reason, if the expected answer is no label", () => {
    expect(scoreOf({ labels: LABELS }, { output: "positive", expected: ["neutral"] })).toEqual({
      value: null,
      reason: "the expected answer is none of the labels",
    });
    expect(scoreOf({}, { output: "positive", expected: ["positive"] })).toEqual({
      value: null,
      reason: "the sample has no choices: name the labels",
    });
  });
});

describe("over a run", () => {
  const parts = [
    ...new Array(30).fill([0, 0]),
    ...new Array(10).fill([0, 1]),
    ...new Array(5).fill([1, 1]),
    ...new Array(5).fill([1, 26]),
  ];

  test("the value is macro F1, with the matrix beside it", async () => {
    const summary = await metricWith({}).summarizeParts!(parts);
    // scikit-learn 1.9.1: f1_score per label .857142857142857 and .4.
    expect(summary).toMatchObject({ n: 50, unit: "ratio", confusion: { labels: ["A", "B"] } });
    expect(summary.value).toBeCloseTo((0.857142857142857 + 0.4) / 2, 12);
    expect(summary.confusion).toMatchObject({
      matrix: [
        [30, 10],
        [0, 5],
      ],
      no_label: [0, 5],
      accuracy: 0.7,
    });
    const [low, high] = summary.ci95!;
    expect(low < summary.value! && summary.value! < high).toBe(true);
  });

  test("or Matthews' correlation, from -1 to 1", async () => {
    const metric = metricWith({ value: "mcc" });
    expect(metric).toMatchObject({ range: [-1, 1], unit: "coefficient" });
    const summary = await metric.summarizeParts!(parts);
    expect(summary.value).toBe(summary.confusion!.mcc);
  });

  test("of no trials there is none", async () => {
    const summary = await metricWith({}).summarizeParts!([]);
    expect(summary).toMatchObject({ value: null, n: 0, ci95: null });
    expect(summary).not.toHaveProperty("confusion");
  });

  test("draws samples, not their repeats", async () => {
    const metric = metricWith({});
    const once = await metric.summarizeParts!(parts);
    const clusters = Uint32Array.from({ length: 100 }, (_, index) => index % 50);
    const twice = await metric.summarizeParts!([...parts, ...parts], clusters);
    expect(twice).toMatchObject({ value: once.value, stderr: once.stderr, ci95: once.ci95 });
  });

  test("two runs are compared by the value over all trials", async () => {
    const metric = metricWith({});
    const right = parts.map(([expected]) => [expected, expected]);
    const sideOf = (label: string, own: number[][]) => ({
      label,
      parts: own,
      values: Float64Array.from(own, ([expected, answered]) => Number(expected === answered)),
    });
    const pair = { a: sideOf("perfect", right), b: sideOf("poor", parts) };
    const [comparison] = await comparePairs(metric, [pair], { seed: 0 });
    const { value } = await metric.summarizeParts!(parts);
    expect(comparison).toMatchObject({ test: "paired_bootstrap", verdict: "better", n: 50 });
    expect(comparison!.difference).toBeCloseTo(1 - value!, 12);
  });
});
