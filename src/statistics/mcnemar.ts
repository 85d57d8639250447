import { binomialCdf, binomialPmf } from "./binomial.ts";
import { normalTail } from "./normal.ts";

/** Two-sided p-values for the hypothesis that two paired proportions are equal. */
export interface McNemar {
  /** The default: close to its nominal level at any sample size; the exact test is well below it. */
  p_midp: number;
  /** Exact conditional test: a binomial test of the discordant pairs. Never above its level, and conservative. */
  p_exact: number;
  /** χ² with Edwards' continuity correction, for many discordant pairs. */
  p_corrected: number;
}

/**
 * Returns McNemar's test (Psychometrika 12, 1947) for pairs of right and wrong answers. Only discordant pairs
 * count: in `onlyFirst` of them only the first answer is right, in `onlySecond` only the second. Without any, every
 * p is 1.
 *
 * Mid-p as in Fagerland, Lydersen & Laake, "The McNemar test for binary matched-pairs data: mid-p and asymptotic
 * are better than exact conditional", BMC Med. Res. Methodol. 13:91 (2013): the exact two-sided p minus the
 * probability of the observed counts. At equal counts it is 1, twice the one-sided mid-p. The correction (Edwards
 * 1948) is (|b − c| − 1)² / (b + c), and at least 0, as in R's `mcnemar.test`.
 */
export function mcNemar(onlyFirst: number, onlySecond: number): McNemar {
  const discordant = onlyFirst + onlySecond;
  if (onlyFirst === onlySecond) return { p_midp: 1, p_exact: 1, p_corrected: 1 };
  const fewer = Math.min(onlyFirst, onlySecond);
  const p_exact = Math.min(1, 2 * binomialCdf(fewer, discordant, 0.5));
  const excess = Math.max(0, Math.abs(onlyFirst - onlySecond) - 1);
  return {
    p_midp: Math.min(1, 2 * binomialCdf(fewer, discordant, 0.5) - binomialPmf(fewer, discordant, 0.5)),
    p_exact,
    p_corrected: 2 * normalTail(excess / Math.sqrt(discordant)),
  };
}
