import { SIGNIFICANCE } from "../../../base/significance.ts";
import type { PairedTestName } from "../../../domain/benchmarks/comparison.ts";
import { compareCorpora } from "../../../metrics/overlap/corpus.ts";
import { bootstrapT, needsBootstrapT } from "../../../statistics/bootstrap-t.ts";
import type { Interval } from "../../../statistics/interval.ts";
import { mcNemar } from "../../../statistics/mcnemar.ts";
import { type PairCounts, tangoInterval, tangoTails } from "../../../statistics/paired-proportions.ts";
import { pairedT } from "../../../statistics/paired-t.ts";
import { type PairedTest, stderrOfP } from "../../../statistics/paired-test.ts";
import {
  mcNemarLeast,
  mcNemarSamplesNeeded,
  pairedTSamplesNeeded,
  signTestLeast,
} from "../../../statistics/power.ts";
import type { PairDesign, PairedScores, Pairing, Side } from "./pairing.ts";

/** The result of a test of one pair of runs. */
export interface TestedPair
  extends Pick<PairedTest, "difference" | "ci95" | "p_value" | "p_above" | "p_below"> {
  /** The test that was made: for few or very many pairs, Student's. */
  test: PairedTestName;
  p_exact?: number;
  /** Where interval and p-value disagree. */
  note?: string;
  /** Returns how many samples detect this difference at level `alpha` with a power of 80 %; null if it is 0. */
  samplesNeeded(alpha: number): number | null;
}

interface PairToTest {
  pairing: Pairing;
  paired: PairedScores;
  design: Pick<PairDesign, "seed">;
}

/** Returns the same seed for both directions, so that a is better than b exactly when b is worse than a. */
const seedOf = ({ pairing: { a, b }, design: { seed } }: PairToTest): string =>
  [seed, ...[a.label, b.label].sort()].join(":");

/** Tests a pair by its differences. Returns null if there are too few for the test. */
export function testPair(test: PairedTestName, pair: PairToTest): TestedPair | null {
  const { differences, clusters } = pair.paired;
  if (test === "mcnemar_midp") return testProportions(differences);
  if (test !== "paired_bootstrap_t") return studentTest(pairedT(differences, clusters), pair);
  const result = bootstrapT(differences, clusters, { seed: seedOf(pair) });
  if (!result?.ci95 || !needsBootstrapT(result.independent)) return studentTest(result, pair);
  return { test, ...result, samplesNeeded: samplesNeededBy(result, pair) };
}

function studentTest(result: PairedTest | null, pair: PairToTest): TestedPair | null {
  if (!result) return null;
  const isClustered = result.independent < pair.paired.differences.length;
  const test = isClustered ? "paired_t_clustered" : "paired_t";
  return { test, ...result, samplesNeeded: samplesNeededBy(result, pair) };
}

/** Like `testPair`, for a corpus metric. `difference` is that of the metric over all pairs together. */
export async function testCorpora(
  pair: PairToTest,
  counting: Parameters<typeof compareCorpora>[1],
): Promise<{ difference: number | null; tested: TestedPair | null }> {
  const { pairing, paired } = pair;
  const { places, clusters } = paired;
  const partsOf = ({ parts = [] }: Side) => Array.from(places, (place) => parts[place]!);
  const pairs = { a: partsOf(pairing.a), b: partsOf(pairing.b), clusters };
  const { difference, tested } = await compareCorpora(pairs, counting, seedOf(pair));
  if (!tested) return { difference, tested };
  const samplesNeeded = samplesNeededBy(tested, pair, signTestLeast);
  return { difference, tested: { test: "paired_bootstrap", ...tested, samplesNeeded } };
}

/** Returns a function from a level to the samples needed. `least` is the smallest number that can reach the level. */
const samplesNeededBy =
  (result: PairedTest, { paired: { samples } }: PairToTest, least: (alpha: number) => number = () => 0) =>
  (alpha: number): number | null => {
    const needed = clustersNeeded(result, alpha);
    return needed === null ? null : (Math.max(needed, least(alpha)) * samples) / result.independent;
  };

/** Returns how many independent differences like the seen ones are needed. Without a spread, the sign test decides. */
function clustersNeeded(result: PairedTest, alpha: number): number | null {
  const { difference, stderr, independent, ci95 } = result;
  if (difference === 0) return null;
  if (ci95 === null || stderr === 0) return signTestLeast(alpha);
  return pairedTSamplesNeeded(difference, stderrOfP(result) * Math.sqrt(independent), { alpha });
}

/** Counts differences of right and wrong answers, which are 1, 0 or −1. */
function countPairs(differences: Float64Array): PairCounts {
  const counts = { pairs: differences.length, onlyFirst: 0, onlySecond: 0 };
  for (let index = 0; index < differences.length; index++) {
    if (differences[index]! > 0) counts.onlyFirst++;
    else if (differences[index]! < 0) counts.onlySecond++;
  }
  return counts;
}

function testProportions(differences: Float64Array): TestedPair | null {
  const counts = countPairs(differences);
  const { pairs, onlyFirst, onlySecond } = counts;
  if (pairs === 0) return null;
  const { p_midp, p_exact } = mcNemar(onlyFirst, onlySecond);
  const ci95 = tangoInterval(counts);
  const note = disagreement(ci95, p_midp);
  return {
    test: "mcnemar_midp",
    difference: (onlyFirst - onlySecond) / pairs,
    ci95,
    p_value: p_midp,
    p_exact,
    ...(note === null ? {} : { note }),
    ...tangoTails(counts),
    samplesNeeded(alpha) {
      const shares = { only_a: onlyFirst / pairs, only_b: onlySecond / pairs };
      const needed = mcNemarSamplesNeeded(shares, { alpha });
      return needed === null ? null : Math.max(needed, mcNemarLeast(alpha));
    },
  };
}

/** Returns a note if Tango's interval and the mid-p test disagree on a difference of 0; null if they agree. */
function disagreement([low, high]: Interval, p_midp: number): string | null {
  const isOutside = low > 0 || high < 0;
  if (isOutside === p_midp < SIGNIFICANCE) return null;
  const interval = isOutside ? "Tango's interval excludes 0" : "Tango's interval includes 0";
  const p_value = p_midp.toPrecision(2);
  return `${interval}, but the mid-p test gives p = ${p_value}: the two approximations differ this close to 0.05. The verdict goes by p.`;
}
