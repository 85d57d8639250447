import type { Range } from "../../../domain/benchmarks/plan.ts";
import { studentTQuantile } from "../../../statistics/student-t.ts";

/** A two-sided interval of 99 %. It is so wide because a plan is looked at once. */
const TAIL = 0.995;

export const exactly = (value: number): Range => ({ low: value, expected: value, high: value });

/** Multiplies each end by the same end of `by`. */
export const scaled = ({ low, expected, high }: Range, by: Range): Range => ({
  low: low * by.low,
  expected: expected === null || by.expected === null ? null : expected * by.expected,
  high: high === null || by.high === null ? null : high * by.high,
});

/** Rounds the ends outward to whole numbers, for quantities that are counted. */
export const whole = ({ low, expected, high }: Range): Range => ({
  low: Math.floor(low),
  expected: expected === null ? null : Math.round(expected),
  high: high === null ? null : Math.ceil(high),
});

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Returns the sum of ranges. An end is null if any range lacks it. */
export function sumOf(ranges: readonly Range[]): Range {
  const sumOfKnown = (ends: (number | null)[]): number | null =>
    ends.includes(null) ? null : sum(ends.map(Number));
  return {
    low: sum(ranges.map(({ low }) => low)),
    expected: sumOfKnown(ranges.map(({ expected }) => expected)),
    high: sumOfKnown(ranges.map(({ high }) => high)),
  };
}

/**
 * Returns the sum over `total` trials, estimated from the `values` of some of these trials or of others like them: the
 * mean, and Student's 99 % prediction interval. If `values` cover all of the trials, the sum is exact. Returns null
 * without values.
 */
export function totalOf(values: readonly number[], total: number, are: "some" | "like"): Range | null {
  const count = values.length;
  if (count === 0) return null;
  const mean = sum(values) / count;
  const expected = mean * total;
  if (are === "some" && count === total) return exactly(expected);
  if (count === 1) return { low: 0, expected, high: null };
  const variance = sum(values.map((value) => (value - mean) ** 2)) / (count - 1);
  // A sample without replacement contains some of the trials themselves. Other trials add their own variance.
  const share = are === "some" ? 1 / count - 1 / total : 1 / count + 1 / total;
  const margin = studentTQuantile(TAIL, count - 1) * Math.sqrt(variance * share) * total;
  return { low: Math.max(0, expected - margin), expected, high: expected + margin };
}

/** Returns the share of trials with an answer, if each fails with this probability, ± three standard errors. */
export function answeredShare(failure: number, trials: number): Range {
  const margin = 3 * Math.sqrt((failure * (1 - failure)) / trials);
  const expected = 1 - failure;
  return { low: Math.max(0, expected - margin), expected, high: Math.min(1, expected + margin) };
}
