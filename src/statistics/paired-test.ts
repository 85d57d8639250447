import type { Interval } from "./interval.ts";

/** What a test of paired differences says. */
export interface PairedTest {
  /** Mean of first less second. */
  difference: number;
  /** Of the difference; what a sample size is planned from. */
  stderr: number;
  /** How many differences, or clusters of them, are independent of each other. */
  independent: number;
  /** Null where the data show no spread to make one of. */
  ci95: Interval | null;
  /** Two-sided, for the hypothesis that there is no difference. */
  p_value: number;
  /** One-sided, for the hypothesis that the true difference is at most `bound`: small if it is surely higher. */
  p_above(bound: number): number;
  /** One-sided, for the hypothesis that the true difference is at least `bound`: small if it is surely lower. */
  p_below(bound: number): number;
}

/**
 * The p-value of equivalence within ± margin by two one-sided tests: Schuirmann, J. Pharmacokinet. Biopharm. 15
 * (1987). The larger of the two; below 0.05 exactly if the 90 % interval lies within the margin.
 * RangeError for a margin that is not above 0.
 */
export function equivalenceP(test: Pick<PairedTest, "p_above" | "p_below">, margin: number): number {
  if (!(margin > 0)) throw new RangeError(`margin ${margin} is not above 0`);
  return Math.max(test.p_above(-margin), test.p_below(margin));
}
