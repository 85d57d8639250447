import { studentTInterval } from "./interval.ts";
import { estimateMean } from "./mean.ts";
import type { PairedTest } from "./paired-test.ts";
import { studentTTail } from "./student-t.ts";

/** A spread below this share of the mean is rounding error. */
const ROUNDING = 1e-12;

/**
 * Returns Student's t test of paired differences, two-sided; Welch's and pooled tests would ignore the pairing.
 * With `clusters` (the cluster of each difference), the standard error is the clustered one of `estimateMean`, with
 * C − 1 degrees of freedom over C clusters: Miller, arXiv 2411.00640. Null for fewer than two independent
 * differences.
 *
 * If the differences of all clusters are equal, they show no spread, and t would be infinite for any number of
 * clusters. Then p is that of the exact sign test over the clusters, 2^(1 − C), and there is no interval.
 */
export function pairedT(differences: Float64Array, clusters?: Uint32Array): PairedTest | null {
  const estimate = estimateMean(differences, clusters);
  if (!estimate || estimate.stderr === null) return null;
  const { value: difference, stderr, independent } = estimate;
  const isSpread = stderr > ROUNDING * Math.abs(difference);
  /** The chance of an excess at least this high if the true difference is 0. */
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
