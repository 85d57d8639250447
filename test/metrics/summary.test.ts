import { describe, expect, test } from "bun:test";
import type { Metric } from "../../src/metrics/metric.ts";
import { mean, proportion, times, total } from "../../src/metrics/summary.ts";
import { expectClose } from "../statistics/expect-close.ts";

const RATIO: Pick<Metric, "unit" | "better" | "range"> = { unit: "ratio", better: "higher", range: [0, 1] };
const POINTS: Pick<Metric, "unit" | "better" | "range"> = {
  unit: "points",
  better: "lower",
  range: [null, null],
};
const NONE = new Float64Array();

describe("without values", () => {
  test("every figure is null and n is 0", () => {
    const empty = { value: null, n: 0, unit: "ratio", better: "higher" as const };
    expect(proportion(NONE, RATIO)).toEqual({ ...empty, stderr: null, ci95: null });
    expect(mean(NONE, RATIO)).toEqual({ ...empty, stderr: null, ci95: null });
    expect(times(NONE, RATIO)).toEqual({ ...empty, p50: null, p95: null, p99: null });
    expect(total(NONE, RATIO)).toEqual({ ...empty, total: null });
  });
});

describe("proportion", () => {
  test("gives the share, its standard error with n − 1 and Wilson's interval", () => {
    const summary = proportion(Float64Array.of(1, 1, 1, 0), RATIO);
    expect(summary).toMatchObject({ value: 0.75, n: 4, unit: "ratio", better: "higher" });
    expectClose(summary.stderr, Math.sqrt((0.75 * 0.25) / 3), 1e-15);
    // statsmodels 0.15.0, proportion_confint(3, 4, method="wilson").
    expectClose(summary.ci95?.[0], 0.30064184258240184);
    expectClose(summary.ci95?.[1], 0.9544127391902995);
  });

  test("has an interval but no standard error for one value", () => {
    const summary = proportion(Float64Array.of(1), RATIO);
    expect(summary).toMatchObject({ value: 1, n: 1, stderr: null });
    expect(summary.ci95?.[0]).toBeGreaterThan(0.2);
    expect(summary.ci95?.[1]).toBe(1);
  });

  test("has standard error 0 and a proper interval for equal values", () => {
    const right = proportion(new Float64Array(50).fill(1), RATIO);
    expect(right).toMatchObject({ value: 1, stderr: 0 });
    expect(right.ci95?.[0]).toBeLessThan(0.95);
    const wrong = proportion(new Float64Array(50), RATIO);
    expect(wrong).toMatchObject({ value: 0, stderr: 0 });
    expect(wrong.ci95?.[1]).toBeGreaterThan(0.05);
  });
});

describe("mean", () => {
  test("gives mean, standard error and Student's t interval", () => {
    const summary = mean(Float64Array.of(0.2, 0.4, 0.6), RATIO);
    expectClose(summary.value, 0.4, 1e-15);
    expectClose(summary.stderr, 0.2 / Math.sqrt(3), 1e-15);
    const wide = mean(Float64Array.of(2, 4, 6), POINTS);
    // 4 ± t(0.975, 2) · 2 / √3, with t = 4.302652729749462 of scipy 1.17.1.
    expectClose(wide.ci95?.[0], 4 - (4.302652729749462 * 2) / Math.sqrt(3));
    expectClose(wide.ci95?.[1], 4 + (4.302652729749462 * 2) / Math.sqrt(3));
  });

  test("clips the interval at the ends of the range, and only there", () => {
    expect(mean(Float64Array.of(0.1, 0.9), RATIO).ci95).toEqual([0, 1]);
    expect(mean(Float64Array.of(0.1, 0.9), { ...RATIO, range: [0, null] }).ci95?.[1]).toBeGreaterThan(1);
    expect(mean(Float64Array.of(0.1, 0.9), POINTS).ci95?.[0]).toBeLessThan(0);
  });

  test("has neither standard error nor interval for one value", () => {
    expect(mean(Float64Array.of(0.25), RATIO)).toMatchObject({ value: 0.25, n: 1, stderr: null, ci95: null });
  });

  test("has an interval of one point for equal values", () => {
    expect(mean(Float64Array.of(0.3, 0.3, 0.3), RATIO)).toMatchObject({
      value: 0.3,
      stderr: 0,
      ci95: [0.3, 0.3],
    });
  });
});

describe("times", () => {
  test("gives mean and percentiles and leaves the values in their order", () => {
    const values = Float64Array.of(300, 100, 200);
    // numpy 2.4.6, percentile([100, 200, 300], [95, 99]): 290 and 298.
    expect(times(values, POINTS)).toMatchObject({
      value: 200,
      p50: 200,
      p95: 290,
      p99: 298,
      better: "lower",
    });
    expect([...values]).toEqual([300, 100, 200]);
  });

  test("sorts by number, not by digits", () => {
    expect(times(Float64Array.of(9, 10, 100), POINTS).p50).toBe(10);
  });
});

describe("total", () => {
  test("gives mean and sum without drift", () => {
    const summary = total(new Float64Array(50_000).fill(0.0001), { ...RATIO, unit: "usd" });
    expect(summary).toEqual({ value: 0.0001, n: 50_000, unit: "usd", better: "higher", total: 5 });
  });
});
