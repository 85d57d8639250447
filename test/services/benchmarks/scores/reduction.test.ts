import { describe, expect, test } from "bun:test";
import { createRunColumns } from "../../../../src/services/benchmarks/scores/columns.ts";
import { reducedColumns, reducedMetrics } from "../../../../src/services/benchmarks/scores/reduction.ts";
import { readyMetric } from "../../../support/metrics.ts";

const NONE = Number.NaN;
/** Three samples, asked four times; the last pass is cut short. One trial has no score. */
const PASSES = [
  [1, 1, 0],
  [0, 1, 0],
  [1, NONE, 0],
  [1, 1],
];
const SAMPLES = 3;
const TOTAL = 11;

const metrics = ["accuracy", "f1", "cost"].map(readyMetric);
const places = {
  total: TOTAL,
  samples: SAMPLES,
  indexOf: (position: number, repeat: number) => repeat * SAMPLES + position,
};

function columnsOf(scale = 1) {
  const columns = createRunColumns({ label: "run", metrics: metrics.map(({ key }) => key), places });
  for (const [repeat, scores] of PASSES.entries())
    for (const [position, score] of scores.entries()) {
      const value = Number.isNaN(score) ? null : score;
      const scaled = value === null ? null : value * scale;
      const row = { accuracy: value, f1: scaled, cost: scaled };
      columns.add({ position, repeat, scores: row, parts: null, group: null });
    }
  return columns;
}

const reducedBy = (reduce: string, scale?: number) =>
  reducedColumns(columnsOf(scale), places, { metrics, reduce }).values;

describe("repeats become one score per sample", () => {
  test.each([
    ["mean", [3 / 4, 1, 0]],
    ["majority", [1, 1, 0]],
    ["pass@1", [3 / 4, 1, 0]],
    // Sample 0: 1 − C(1, 2) / C(4, 2) = 1.
    ["pass@2", [1, 1, 0]],
    // Sample 0: C(3, 2) / C(4, 2).
    ["pass^2", [1 / 2, 1, 0]],
    ["pass^3", [1 / 4, 1, 0]],
    // Sample 2 has three trials; sample 1 has three scores.
    ["pass@4", [1, NONE, NONE]],
  ])("%s", (reduce, expected) => {
    const [accuracy] = reducedBy(reduce);
    expect([...accuracy!]).toEqual([...expected, ...new Array(TOTAL - SAMPLES).fill(NONE)]);
  });

  test("a tie of the majority is the mean of both", () => {
    const columns = columnsOf();
    columns.add({ position: 0, repeat: 3, scores: { accuracy: 0 }, parts: null, group: null });
    const [accuracy] = reducedColumns(columns, places, { metrics, reduce: "majority" }).values;
    expect(accuracy![0]).toBe(0.5);
  });

  test("scores that are not right or wrong take the mean, and costs stay per trial", () => {
    for (const reduce of ["majority", "pass@2", "mean"]) {
      const [, f1, cost] = reducedBy(reduce, 0.5);
      expect([...f1!].slice(0, SAMPLES)).toEqual([3 / 8, 1 / 2, 0]);
      expect([...cost!].slice(0, 6)).toEqual([0.5, 0.5, 0, 0, 0.5, 0]);
    }
  });

  test("without a reduction nothing changes", () => {
    const columns = columnsOf();
    expect(reducedColumns(columns, places, { metrics, reduce: undefined })).toBe(columns);
    expect(reducedMetrics(metrics, undefined)).toEqual(metrics);
  });
});

describe("the summary of reduced scores", () => {
  const [accuracy, f1, cost] = reducedMetrics(metrics, "pass@2");

  test("names the reduction, for each metric its own", () => {
    expect(accuracy!.summarize(Float64Array.of(1, 0, 1))).toMatchObject({ n: 3, reduced: "pass@2" });
    expect(f1!.summarize(Float64Array.of(1, 0.5))).toMatchObject({ value: 0.75, reduced: "mean" });
    expect(cost!.summarize(Float64Array.of(1, 2))).not.toHaveProperty("reduced");
  });

  test("is a proportion while scores are 0 or 1, else a mean", () => {
    const whole = Float64Array.of(1, 0, 1, 1);
    expect(accuracy!.summarize(whole).ci95).toEqual(readyMetric("accuracy").summarize(whole).ci95!);
    const shares = Float64Array.of(1, 0.5, 0.5, 0);
    expect(accuracy!.summarize(shares).ci95).toEqual(readyMetric("f1").summarize(shares).ci95!);
  });
});
