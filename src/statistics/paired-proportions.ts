import type { Interval } from "./interval.ts";
import { normalQuantile, normalTail } from "./normal.ts";

/**
 * Counts of pairs of right and wrong answers: all of them, and those in which only the first or only the second is
 * right.
 */
export interface PairCounts {
  pairs: number;
  onlyFirst: number;
  onlySecond: number;
}

/** Halvings of an interval of length 2: down to the last bit of a double. */
const HALVINGS = 60;

/**
 * Returns Tango's score statistic for the hypothesis that the first proportion exceeds the second by `difference`;
 * it is standard normal under the hypothesis. Tango, "Equivalence test and confidence interval for the difference
 * in proportions for the paired-sample design", Stat. Med. 17 (1998), 891–908. At difference 0 it is McNemar's z.
 * Unlike Wald's statistic it is valid with few or no discordant pairs; Fagerland, Lydersen & Laake (Stat. Med. 33,
 * 2014) recommend its interval.
 */
export function tangoStatistic({ pairs, onlyFirst, onlySecond }: PairCounts, difference: number): number {
  const excess = onlyFirst - onlySecond - pairs * difference;
  const linear = (2 * pairs - onlyFirst + onlySecond) * difference - onlyFirst - onlySecond;
  const constant = -onlySecond * difference * (1 - difference);
  // The larger root of 2·pairs·q² + linear·q + constant: the most likely share of pairs with only the second right.
  const root = Math.sqrt(Math.max(0, linear ** 2 - 8 * pairs * constant));
  const share = linear > 0 ? (-2 * constant) / (linear + root) : (root - linear) / (4 * pairs);
  const variance = pairs * (2 * share + difference * (1 - difference));
  if (variance > 0) return excess / Math.sqrt(variance);
  return excess === 0 ? 0 : Math.sign(excess) * Infinity;
}

/**
 * Returns Tango's interval for first minus second: all differences that his statistic does not reject. Needs at
 * least one pair.
 */
export function tangoInterval(counts: PairCounts, level = 0.95): Interval {
  const critical = normalQuantile((1 + level) / 2);
  return [rootOf(counts, critical), rootOf(counts, -critical)];
}

/**
 * Returns one-sided p-values by Tango's statistic, for a true difference of at most (`p_above`) or at least
 * (`p_below`) the bound.
 */
export const tangoTails = (counts: PairCounts) => ({
  p_above: (bound: number): number => tailAt(counts, bound, 1),
  p_below: (bound: number): number => tailAt(counts, bound, -1),
});

/** A difference cannot lie beyond −1 and 1. */
function tailAt(counts: PairCounts, bound: number, side: 1 | -1): number {
  if (Math.abs(bound) > 1) return side * bound < 0 ? 0 : 1;
  return normalTail(side * tangoStatistic(counts, bound));
}

/** Returns the difference at which the statistic has that value; the statistic falls as the difference grows. */
function rootOf(counts: PairCounts, value: number): number {
  let [lower, upper] = [-1, 1];
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (lower + upper) / 2;
    if (tangoStatistic(counts, middle) > value) lower = middle;
    else upper = middle;
  }
  return (lower + upper) / 2;
}
