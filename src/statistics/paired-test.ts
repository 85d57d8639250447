import type { Interval } from "./interval.ts";
import { studentTQuantile } from "./student-t.ts";

/** The result of a test of paired differences. */
export interface PairedTest {
  /** Mean of first minus second. */
  difference: number;
  /** The standard error of the difference; sample sizes are planned from it. */
  stderr: number;
  /** The number of independent differences, or of clusters. */
  independent: number;
  /** Null if the data show no spread. */
  ci95: Interval | null;
  /** Two-sided p for the hypothesis that the true difference is 0. */
  p_value: number;
  /**
   * Returns the one-sided p for the hypothesis that the true difference is at most `bound`: small if it is surely
   * higher.
   */
  p_above(bound: number): number;
  /**
   * Returns the one-sided p for the hypothesis that the true difference is at least `bound`: small if it is surely
   * lower.
   */
  p_below(bound: number): number;
}

/**
 * Returns the p-value of equivalence within ± margin by two one-sided tests: Schuirmann, J. Pharmacokinet.
 * Biopharm. 15 (1987). It is the larger of the two, and is below 0.05 exactly if the 90 % interval lies within the
 * margin. Throws RangeError unless the margin is above 0.
 */
export function equivalenceP(test: Pick<PairedTest, "p_above" | "p_below">, margin: number): number {
  if (!(margin > 0)) throw new RangeError(`margin is ${margin}; it must be above 0`);
  return Math.max(test.p_above(-margin), test.p_below(margin));
}

/** Below this, a p-value has no quantile. */
const SMALLEST_P = 1e-99;

/**
 * Returns the standard error with which Student's t test would give this p-value; at least the test's own. A test that
 * is stricter than Student's needs as many more samples.
 */
export function stderrOfP({ difference, stderr, independent, p_value }: PairedTest): number {
  if (p_value >= 1 || p_value < SMALLEST_P) return stderr;
  const reached = -studentTQuantile(p_value / 2, independent - 1);
  return Math.max(stderr, Math.abs(difference) / reached);
}
