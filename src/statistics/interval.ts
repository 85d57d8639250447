import type { MeanEstimate } from "./mean.ts";
import { studentTQuantile } from "./student-t.ts";

/** Lower and upper end of a two-sided confidence interval. */
export type Interval = [number, number];

const LEVEL = 0.95;

/**
 * Wilson's score interval for a proportion of `successes` in `count` trials (Wilson, JASA 22, 1927), without
 * continuity correction. It stays within 0 to 1 and is of use at 0 and `count` successes, where the usual
 * p ± z·stderr shrinks to a point. Null where there are no trials; RangeError where successes lie outside 0 to count.
 */
export function wilsonInterval(successes: number, count: number, level = LEVEL): Interval | null {
  if (!(successes >= 0 && successes <= count))
    throw new RangeError(`${successes} successes in ${count} trials`);
  if (count === 0) return null;
  const z = criticalValue(level, Infinity);
  return [wilsonLower(successes, count, z), 1 - wilsonLower(count - successes, count, z)];
}

/**
 * Student's t interval for a mean: value ± t(level, count − 1) · stderr.
 * Null where there are fewer than two values, as one value says nothing about their spread.
 */
export function studentTInterval(mean: MeanEstimate, count: number, level = LEVEL): Interval | null {
  if (mean.stderr === null) return null;
  const margin = criticalValue(level, count - 1) * mean.stderr;
  return [mean.value - margin, mean.value + margin];
}

/** The lower root of Wilson's quadratic as p² over the numerator of the upper one: no cancellation near 0. */
function wilsonLower(successes: number, count: number, z: number): number {
  const share = successes / count;
  const shrinkage = (z * z) / (2 * count);
  const spread = z * Math.sqrt((share * (1 - share) + shrinkage / 2) / count);
  return share ** 2 / (share + shrinkage + spread);
}

const criticalValue = (level: number, df: number): number => studentTQuantile((1 + level) / 2, df);
