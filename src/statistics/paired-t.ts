import { studentTInterval } from "./interval.ts";
import { estimateMean } from "./mean.ts";
import type { PairedTest } from "./paired-test.ts";
import { studentTTail } from "./student-t.ts";

/** A spread below this share of the mean is rounding alone. */
const ROUNDING = 1e-12;

/**
 * Student's t test of paired differences, two-sided; Welch's and pooled tests would throw the pairing away.
 * With `clusters` (the cluster of each difference) the standard error is the clustered one of `estimateMean`, and
 * there are C − 1 degrees of freedom over C clusters: Miller, arXiv 2411.00640.
 * Null where there are fewer than two independent differences.
 *
 * Where all clusters' differences are alike they show no spread, and t would be infinite at any number of them.
 * Then p is the exact one of the sign test over the clusters, 2^(1 − C), and there is no interval.
 */
export function pairedT(differences: Float64Array, clusters?: Uint32Array): PairedTest | null {
  const estimate = estimateMean(differences, clusters);
  if (!estimate || estimate.stderr === null) return null;
  const { value: difference, stderr, independent } = estimate;
  const isSpread = stderr > ROUNDING * Math.abs(difference);
  /** The chance of an excess at least that high, if there truly is none. */
  const tail = (excess: number): number =>
    isSpread ? studentTTail(excess / stderr, independent - 1) : excess > 0 ? 2 ** -independent : 1;
  return {
    difference,
    stderr,
    independent,
    ci95: isSpread ? studentTInterval(estimate) : null,
    p_value: Math.min(1, 2 * tail(Math.abs(difference))),
    p_above: (bound) => tail(difference - bound),
    p_below: (bound) => tail(bound - difference),
  };
}
