import { describe, expect, test } from "bun:test";
import { percentile } from "../../src/statistics/quantile.ts";
import reference from "./references/reference.json";

const ascending = (...values: number[]): Float64Array => Float64Array.from(values).sort();

describe("percentile", () => {
  test("is numpy.percentile's to the last bit", () => {
    const cases = reference.percentile.cases as [number[], number, number][];
    expect(cases.length).toBeGreaterThan(50);
    for (const [values, percent, value] of cases) {
      expect(percentile(ascending(...values), percent)).toBe(value);
    }
  });

  test("interpolates between the two nearest ranks", () => {
    expect(percentile(ascending(10, 20), 50)).toBe(15);
    expect(percentile(ascending(1, 2, 3, 4), 25)).toBe(1.75);
  });

  test("is the smallest value at 0, the largest at 100, and the only one of one value", () => {
    expect(percentile(ascending(5, 3, 9), 0)).toBe(3);
    expect(percentile(ascending(5, 3, 9), 100)).toBe(9);
    expect(percentile(ascending(7), 99)).toBe(7);
  });

  test("stays within the values and never falls as percent grows", () => {
    const values = ascending(0.1, 0.1 + 1e-17, 0.3, 1e9, 1e9 + 1e-7);
    let before = 0;
    for (let percent = 0; percent <= 100; percent += 0.1) {
      const value = percentile(values, percent) ?? Number.NaN;
      expect(value).toBeGreaterThanOrEqual(before);
      before = value;
    }
    expect(before).toBeLessThanOrEqual(1e9 + 1e-7);
  });

  test("is null without values, whatever the percent", () => {
    for (const percent of [0, 50, 100]) expect(percentile(ascending(), percent)).toBeNull();
  });

  test("rejects anything outside 0 to 100", () => {
    for (const percent of [-1, 100.5, Number.NaN])
      expect(() => percentile(ascending(1), percent)).toThrow(RangeError);
  });
});
