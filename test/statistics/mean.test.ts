import { describe, expect, test } from "bun:test";
import { estimateMean, sum } from "../../src/statistics/mean.ts";
import { expectClose } from "./expect-close.ts";
import reference from "./references/reference.json";

const of = (...values: number[]): Float64Array => Float64Array.from(values);

describe("estimateMean", () => {
  test("agrees with numpy's mean and scipy's sem to 1e-9", () => {
    const { cases } = reference.mean;
    expect(cases.length).toBeGreaterThan(50);
    for (const [values, , mean, stderr] of cases as [number[], number, number, number][]) {
      const estimate = estimateMean(of(...values));
      expectClose(estimate?.value, mean);
      expectClose(estimate?.stderr, stderr);
    }
  });

  test("agrees with them on a million values", () => {
    for (const [count, , mean, stderr] of reference.longMean.cases) {
      const values = Float64Array.from({ length: count! }, (_, index) => ((index * 7919) % 1009) / 1009);
      const estimate = estimateMean(values);
      expectClose(estimate?.value, mean!, 1e-13);
      expect(Math.abs((estimate?.stderr ?? 0) / stderr! - 1)).toBeLessThan(1e-9);
    }
  });

  test("is null without values, and has no stderr for one value", () => {
    expect(estimateMean(of())).toBeNull();
    expect(estimateMean(of(0.25))).toEqual({ value: 0.25, stderr: null, independent: 1 });
  });

  test("is the value itself for equal values, with stderr exactly 0", () => {
    for (const value of [0, 1, 0.1, 1e9 + 0.1]) {
      expect(estimateMean(new Float64Array(1000).fill(value))).toEqual({
        value,
        stderr: 0,
        independent: 1000,
      });
    }
  });

  test("keeps a small spread about a large mean", () => {
    // The variance of 4, 7, 13, 16 is 30; the formula by sums of squares makes it −170.7 at this offset.
    expectClose(estimateMean(of(1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16))?.stderr, Math.sqrt(30 / 4), 1e-15);
  });
});

describe("sum", () => {
  test("does not lose small numbers beside large ones", () => {
    expect(sum(of(1e100, 1, -1e100))).toBe(1);
    expect(sum(of(1, 1e100, 1, -1e100))).toBe(2);
  });

  test("does not drift over many values", () => {
    expect(sum(new Float64Array(1_000_000).fill(0.1))).toBe(100_000);
  });

  test("is 0 without values", () => {
    expect(sum(of())).toBe(0);
  });
});
