import { describe, expect, test } from "bun:test";
import { studentTInterval, wilsonInterval } from "../../src/statistics/interval.ts";
import { estimateMean } from "../../src/statistics/mean.ts";
import { expectClose } from "./expect-close.ts";
import reference from "./references/reference.json";

describe("wilsonInterval", () => {
  test("agrees with statsmodels to 1e-9, from 1 trial to 1e15", () => {
    const { cases } = reference.wilsonInterval;
    expect(cases.length).toBeGreaterThan(50);
    for (const [successes, count, level, lower, upper] of cases) {
      const interval = wilsonInterval(successes!, count!, level);
      expectClose(interval?.[0], lower!);
      expectClose(interval?.[1], upper!);
    }
  });

  test("begins at exactly 0 without a success and ends at exactly 1 without a failure", () => {
    for (const count of [1, 2, 7, 100, 14_042, 1e9]) {
      const [none, all] = [wilsonInterval(0, count), wilsonInterval(count, count)];
      expect(none?.[0]).toBe(0);
      expect(none?.[1]).toBeGreaterThan(0);
      expect(all?.[0]).toBeLessThan(1);
      expect(all?.[1]).toBe(1);
    }
  });

  test("has the closed form z² / (n + z²) without successes", () => {
    const square = 1.959963984540054 ** 2;
    for (const count of [1, 10, 1000])
      expectClose(wilsonInterval(0, count)?.[1], square / (count + square), 1e-14);
  });

  test("mirrors successes and failures, and holds the share between its ends", () => {
    for (let successes = 0; successes <= 40; successes++) {
      const [lower = 2, upper = -1] = wilsonInterval(successes, 40) ?? [];
      expectClose(wilsonInterval(40 - successes, 40)?.[1], 1 - lower, 1e-15);
      expect(lower).toBeLessThanOrEqual(successes / 40);
      expect(upper).toBeGreaterThanOrEqual(successes / 40);
    }
  });

  test("has level 95 % by default, and is wider for a higher level", () => {
    expect(wilsonInterval(86, 100)).toEqual(wilsonInterval(86, 100, 0.95));
    const [lower = 0, upper = 1] = wilsonInterval(86, 100, 0.9) ?? [];
    expect(wilsonInterval(86, 100, 0.99)?.[0]).toBeLessThan(lower);
    expect(wilsonInterval(86, 100, 0.99)?.[1]).toBeGreaterThan(upper);
  });

  test("is null without trials", () => {
    expect(wilsonInterval(0, 0)).toBeNull();
  });

  test("rejects more successes than trials, negative ones, and NaN", () => {
    for (const successes of [11, -1, Number.NaN])
      expect(() => wilsonInterval(successes, 10)).toThrow(RangeError);
  });
});

describe("studentTInterval", () => {
  test("agrees with scipy to 1e-9", () => {
    const cases = reference.mean.cases as [number[], number, number, number, number, number][];
    expect(cases.length).toBeGreaterThan(50);
    for (const [values, level, , , lower, upper] of cases) {
      const estimate = estimateMean(Float64Array.from(values));
      const interval = estimate && studentTInterval(estimate, level);
      expectClose(interval?.[0], lower);
      expectClose(interval?.[1], upper);
    }
  });

  test("agrees with scipy on up to a million values", () => {
    for (const [count, level, mean, stderr, lower, upper] of reference.longMean.cases) {
      const interval = studentTInterval({ value: mean!, stderr: stderr!, independent: count! }, level);
      expectClose(interval?.[0], lower!, 1e-12);
      expectClose(interval?.[1], upper!, 1e-12);
    }
  });

  test("is null for one value, and a point for equal ones", () => {
    expect(studentTInterval({ value: 3, stderr: null, independent: 1 })).toBeNull();
    expect(studentTInterval({ value: 3, stderr: 0, independent: 9 })).toEqual([3, 3]);
  });
});
