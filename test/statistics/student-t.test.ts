import { describe, expect, test } from "bun:test";
import { studentTQuantile, studentTTail } from "../../src/statistics/student-t.ts";
import { expectClose } from "./expect-close.ts";
import reference from "./references/reference.json";

const CASES_MIN = 50;

describe("studentTQuantile", () => {
  test("agrees with scipy to 1e-9 of the value, from df 1 to the normal distribution", () => {
    const { cases } = reference.studentTQuantile;
    expect(cases.length).toBeGreaterThan(CASES_MIN);
    for (const [probability, df, value] of cases) {
      const actual = studentTQuantile(probability!, df ?? Infinity);
      expect(Math.abs(actual / value! - 1)).toBeLessThan(1e-9);
    }
  });

  test("has the critical values of scipy 1.17.1", () => {
    expectClose(studentTQuantile(0.975, 1), 12.706204736174694);
    expectClose(studentTQuantile(0.975, 10), 2.228138851986274);
    expectClose(studentTQuantile(0.975, Infinity), 1.959963984540054, 1e-15);
  });

  test("has the closed forms of one and two degrees of freedom", () => {
    for (const probability of [0.01, 0.3, 0.501, 0.8, 0.999]) {
      expectClose(studentTQuantile(probability, 1), Math.tan(Math.PI * (probability - 0.5)), 1e-12);
      const variance = 4 * probability * (1 - probability);
      expectClose(studentTQuantile(probability, 2), (2 * probability - 1) * Math.sqrt(2 / variance), 1e-12);
    }
  });

  test("is 0 at one half and symmetric about it", () => {
    expect(studentTQuantile(0.5, 7)).toBe(0);
    expect(studentTQuantile(0.25, 7)).toBe(-studentTQuantile(0.75, 7));
  });

  test("stays precise close to one half, where scipy does not", () => {
    // 1e-4 / density(0) to the first order; mpmath 1.3.0 with 40 digits.
    expectClose(studentTQuantile(0.5001, 4) * 1e4, 2.666666706172547, 1e-12);
  });

  test("is inverted by the tail at every df up to 1000", () => {
    for (let df = 1; df <= 1000; df++) {
      for (const tail of [0.49, 0.05, 0.025, 1e-6]) {
        expect(Math.abs(studentTTail(studentTQuantile(1 - tail, df), df) / tail - 1)).toBeLessThan(1e-9);
      }
    }
  });

  test("rejects invalid probabilities and df", () => {
    for (const probability of [0, 1, -0.1, 1.1, Number.NaN]) {
      expect(() => studentTQuantile(probability, 5)).toThrow(RangeError);
    }
    for (const df of [0, 0.5, -1, Number.NaN]) expect(() => studentTQuantile(0.9, df)).toThrow(RangeError);
  });
});

describe("studentTTail", () => {
  test("agrees with scipy to 1e-9 of the value, far into the tail", () => {
    const { cases } = reference.studentTTail;
    expect(cases.length).toBeGreaterThan(CASES_MIN);
    for (const [value, df, tail] of cases) {
      const actual = studentTTail(value!, df ?? Infinity);
      if (tail === 0) expect(actual).toBeLessThan(1e-300);
      else expect(Math.abs(actual / tail! - 1)).toBeLessThan(1e-9);
    }
  });

  test("is one half at 0, nothing at infinity and all at minus infinity", () => {
    expect(studentTTail(0, 3)).toBe(0.5);
    expect(studentTTail(Infinity, 3)).toBe(0);
    expect(studentTTail(Infinity, Infinity)).toBe(0);
    expect(studentTTail(-Infinity, 3)).toBe(1);
  });

  test("falls as the value grows, across the seam of its two series", () => {
    for (const df of [1, 2, 5, 50, 1e7, Infinity]) {
      for (let value = 1; value < 1.8; value += 0.001) {
        expect(studentTTail(value + 0.001, df)).toBeLessThan(studentTTail(value, df));
      }
    }
  });
});
