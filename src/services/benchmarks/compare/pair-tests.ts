import type { PairedTestName } from "../../../domain/benchmarks/comparison.ts";
import { compareCorpora } from "../../../metrics/overlap/corpus.ts";
import { mcNemar } from "../../../statistics/mcnemar.ts";
import { pairedBootstrap } from "../../../statistics/paired-bootstrap.ts";
import { type PairCounts, tangoInterval, tangoTails } from "../../../statistics/paired-proportions.ts";
import { pairedT } from "../../../statistics/paired-t.ts";
import type { PairedTest } from "../../../statistics/paired-test.ts";
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
  p_exact?: number;
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
export async function testPair(test: PairedTestName, pair: PairToTest): Promise<TestedPair | null> {
  const { differences, clusters, samples } = pair.paired;
  if (test === "mcnemar_midp") return testProportions(differences);
  const seeded = { seed: seedOf(pair) };
  const result =
    test === "paired_bootstrap"
      ? await pairedBootstrap(differences, clusters, seeded)
      : pairedT(differences, clusters);
  return result && withSamplesNeeded(result, samples, test);
}

/** Like `testPair`, for a corpus metric. `difference` is that of the metric over all pairs together. */
export async function testCorpora(
  pair: PairToTest,
  scoreParts: (sums: Float64Array) => number,
): Promise<{ difference: number | null; tested: TestedPair | null }> {
  const { pairing, paired } = pair;
  const { places, clusters, samples } = paired;
  const partsOf = ({ parts = [] }: Side) => Array.from(places, (place) => parts[place]!);
  const pairs = { a: partsOf(pairing.a), b: partsOf(pairing.b), clusters };
  const { difference, tested } = await compareCorpora(pairs, scoreParts, seedOf(pair));
  return { difference, tested: tested && withSamplesNeeded(tested, samples, "paired_bootstrap") };
}

function withSamplesNeeded(result: PairedTest, samples: number, test: PairedTestName): TestedPair {
  const least = test === "paired_bootstrap" ? signTestLeast : () => 0;
  return {
    ...result,
    samplesNeeded(alpha) {
      const needed = clustersNeeded(result, alpha);
      return needed === null ? null : (Math.max(needed, least(alpha)) * samples) / result.independent;
    },
  };
}

/** Returns how many independent differences like the seen ones are needed. Without a spread, the sign test decides. */
function clustersNeeded({ difference, stderr, independent, ci95 }: PairedTest, alpha: number): number | null {
  if (difference === 0) return null;
  if (ci95 === null || stderr === 0) return signTestLeast(alpha);
  return pairedTSamplesNeeded(difference, stderr * Math.sqrt(independent), { alpha });
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
  return {
    difference: (onlyFirst - onlySecond) / pairs,
    ci95: tangoInterval(counts),
    p_value: p_midp,
    p_exact,
    ...tangoTails(counts),
    samplesNeeded(alpha) {
      const shares = { only_a: onlyFirst / pairs, only_b: onlySecond / pairs };
      const needed = mcNemarSamplesNeeded(shares, { alpha });
      return needed === null ? null : Math.max(needed, mcNemarLeast(alpha));
    },
  };
}
