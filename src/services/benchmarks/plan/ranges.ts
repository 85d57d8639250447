import type { Range } from "../../../domain/benchmarks/plan.ts";
import { studentTQuantile } from "../../../statistics/student-t.ts";

/** Two-sided 99 %: a plan is looked at once. */
const TAIL = 0.995;

export const exactly = (value: number): Range => ({ low: value, expected: value, high: value });

/** Each end by its own factor. */
export const scaled = ({ low, expected, high }: Range, by: Range): Range => ({
  low: low * by.low,
  expected: expected === null || by.expected === null ? null : expected * by.expected,
  high: high === null || by.high === null ? null : high * by.high,
});

/** Of things that are counted: outward to whole ones. */
export const whole = ({ low, expected, high }: Range): Range => ({
  low: Math.floor(low),
  expected: expected === null ? null : Math.round(expected),
  high: high === null ? null : Math.ceil(high),
});

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The sum of ranges; an end that one of them lacks is not known. */
export function sumOf(ranges: readonly Range[]): Range {
  const known = (ends: (number | null)[]): number | null =>
    ends.includes(null) ? null : sum(ends.map(Number));
  return {
    low: sum(ranges.map(({ low }) => low)),
    expected: known(ranges.map(({ expected }) => expected)),
    high: known(ranges.map(({ high }) => high)),
  };
}

/**
 * The sum over `total` trials, of which `values` are some, or which are like them: the mean, and Student's interval of
 * 99 % for a sum to come. `values` that are all of the trials leave nothing open. Null without values.
 */
export function totalOf(values: readonly number[], total: number, are: "some" | "like"): Range | null {
  const count = values.length;
  if (count === 0) return null;
  const mean = sum(values) / count;
  const expected = mean * total;
  if (are === "some" && count === total) return exactly(expected);
  if (count === 1) return { low: 0, expected, high: null };
  const variance = sum(values.map((value) => (value - mean) ** 2)) / (count - 1);
  // A sample without replacement knows the trials that it has; others to come vary on their own.
  const share = are === "some" ? 1 / count - 1 / total : 1 / count + 1 / total;
  const margin = studentTQuantile(TAIL, count - 1) * Math.sqrt(variance * share) * total;
  return { low: Math.max(0, expected - margin), expected, high: expected + margin };
}

/** The share of trials with an answer, where each fails with that chance: three standard errors to either side. */
export function answeredShare(failure: number, trials: number): Range {
  const margin = 3 * Math.sqrt((failure * (1 - failure)) / trials);
  const expected = 1 - failure;
  return { low: Math.max(0, expected - margin), expected, high: Math.min(1, expected + margin) };
}
