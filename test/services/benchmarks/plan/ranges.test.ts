import { expect, test } from "bun:test";
import { createRandom } from "../../../../src/base/random.ts";
import { answeredShare, sumOf, totalOf } from "../../../../src/services/benchmarks/plan/ranges.ts";
import { studentTQuantile } from "../../../../src/statistics/student-t.ts";

test("the total is exact from all trials, null from none, half open from one", () => {
  expect(totalOf([1, 2, 3], 3, "some")).toEqual({ low: 6, expected: 6, high: 6 });
  expect(totalOf([], 3, "some")).toBeNull();
  expect(totalOf([2], 3, "like")).toEqual({ low: 0, expected: 6, high: null });
});

test("Student's interval of 99 % for a sum to come", () => {
  // Values 1 to 5 have mean 3 and variance 2.5; the quantile has tests of its own.
  const quantile = studentTQuantile(0.995, 4);
  const range = totalOf([1, 2, 3, 4, 5], 10, "like");
  const margin = quantile * Math.sqrt(2.5 * (1 / 5 + 1 / 10)) * 10;
  expect(range?.expected).toBe(30);
  expect(range?.high).toBeCloseTo(30 + margin, 6);
  const some = totalOf([1, 2, 3, 4, 5], 10, "some");
  expect(some?.high).toBeCloseTo(30 + quantile * Math.sqrt(2.5 * (1 / 5 - 1 / 10)) * 10, 6);
});

test("the interval covers 99 % of future sums", () => {
  const random = createRandom(7);
  const draw = () => 10 * random() ** 2;
  let covered = 0;
  for (let round = 0; round < 1_000; round++) {
    const range = totalOf(Array.from({ length: 40 }, draw), 100, "like");
    const sum = Array.from({ length: 100 }, draw).reduce((total, value) => total + value, 0);
    if (range && sum >= range.low && sum <= (range.high ?? 0)) covered++;
  }
  expect(covered).toBeGreaterThan(970);
});

test("an end that one range lacks is unknown in the sum", () => {
  const known = { low: 1, expected: 2, high: 3 };
  expect(sumOf([known, known])).toEqual({ low: 2, expected: 4, high: 6 });
  expect(sumOf([known, { low: 5, expected: null, high: null }])).toEqual({
    low: 6,
    expected: null,
    high: null,
  });
});

test("the share of answered trials", () => {
  expect(answeredShare(0, 100)).toEqual({ low: 1, expected: 1, high: 1 });
  expect(answeredShare(1, 100)).toEqual({ low: 0, expected: 0, high: 0 });
  expect(answeredShare(0.5, 100).low).toBeCloseTo(0.35, 12);
});
