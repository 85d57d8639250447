import type { MeanEstimate } from "./mean.ts";
import { studentTQuantile } from "./student-t.ts";

/** Lower and upper end of a two-sided confidence interval. */
export type Interval = [number, number];

const LEVEL = 0.95;

/**
 * Returns Wilson's score interval for a proportion of `successes` in `count` trials (Wilson, JASA 22, 1927),
 * without continuity correction. It stays within 0 to 1. It is also valid at 0 and at `count` successes, where the
 * usual p ± z·stderr shrinks to a point. Null without trials; throws RangeError if `successes` is outside 0 to
 * `count`.
 */
export function wilsonInterval(successes: number, count: number, level = LEVEL): Interval | null {
  if (!(successes >= 0 && successes <= count))
    throw new RangeError(`${successes} successes in ${count} trials: successes must be from 0 to ${count}`);
  if (count === 0) return null;
  const z = criticalValue(level, Infinity);
  return [wilsonLower(successes, count, z), 1 - wilsonLower(count - successes, count, z)];
}

/**
 * Returns Wilson's interval for a share of clustered values. Its sample size is the effective one: the number of
 * independent trials with the same standard error (Franco, Little, Louis & Slud, "Comparative study of confidence
 * intervals for proportions in complex sample surveys", J. Surv. Stat. Methodol. 7(3), 2019). It is at most the
 * number of values. If all values are equal, they show no spread, and it is the number of clusters.
 */
export function clusteredWilsonInterval(mean: MeanEstimate, count: number, level = LEVEL): Interval | null {
  const { value, stderr, independent } = mean;
  const variance = value * (1 - value);
  const uniform = variance === 0 || stderr === null;
  const effective = uniform ? independent : Math.min(count, 1 + variance / stderr ** 2);
  return wilsonInterval(value * effective, effective, level);
}

/**
 * Returns Student's t interval for a mean: value ± t(level, independent − 1) · stderr. Null for fewer than two
 * independent values, because one value shows no spread.
 */
export function studentTInterval(mean: MeanEstimate, level = LEVEL): Interval | null {
  if (mean.stderr === null) return null;
  const margin = criticalValue(level, mean.independent - 1) * mean.stderr;
  return [mean.value - margin, mean.value + margin];
}

/**
 * Returns the lower root of Wilson's quadratic as p² over the numerator of the upper one: no cancellation near 0.
 */
function wilsonLower(successes: number, count: number, z: number): number {
  const share = successes / count;
  const shrinkage = (z * z) / (2 * count);
  const spread = z * Math.sqrt((share * (1 - share) + shrinkage / 2) / count);
  return share ** 2 / (share + shrinkage + spread);
}

const criticalValue = (level: number, df: number): number => studentTQuantile((1 + level) / 2, df);
