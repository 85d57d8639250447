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

/** A run's scores in one metric, by place. */
export interface Side {
  label: string;
  values: Float64Array;
  /** Of a corpus metric, what adds up, by place. */
  parts?: readonly (readonly number[] | undefined)[];
}

export interface Pairing {
  a: Side;
  b: Side;
}

/** What all pairs of a comparison share. */
export interface PairDesign {
  /** The cluster of each place; left out where all are independent. */
  clusters?: Uint32Array | undefined;
  /** How many different samples there are: place p is of sample p modulo this. Left out where each place has its own. */
  samples?: number | undefined;
  seed: number;
}

/** What a test says of a pair of runs. */
export interface TestedPair
  extends Pick<PairedTest, "difference" | "ci95" | "p_value" | "p_above" | "p_below"> {
  p_exact?: number;
  /** Samples that find this difference with a power of 80 % at level `alpha`; null where there is none to find. */
  samplesNeeded(alpha: number): number | null;
}

/** What both runs have a score of. */
export interface Paired {
  differences: Float64Array;
  /** Where each of them stands. */
  places: Uint32Array;
  clusters?: Uint32Array;
  /** Of how many different samples they are. */
  samples: number;
}

/** The differences at places where both have a score. */
export function differencesOf(
  { a, b }: Pairing,
  { clusters, samples = a.values.length }: Pick<PairDesign, "clusters" | "samples">,
): Paired {
  const differences = new Float64Array(a.values.length);
  const places = new Uint32Array(a.values.length);
  const own = clusters && new Uint32Array(a.values.length);
  const met = new Uint8Array(samples);
  let different = 0;
  let length = 0;
  for (let place = 0; place < a.values.length; place++) {
    const difference = a.values[place]! - b.values[place]!;
    if (Number.isNaN(difference)) continue;
    if (own) own[length] = clusters[place]!;
    places[length] = place;
    differences[length++] = difference;
    different += 1 - met[place % samples]!;
    met[place % samples] = 1;
  }
  return {
    differences: differences.slice(0, length),
    places: places.slice(0, length),
    samples: different,
    ...(own ? { clusters: own.slice(0, length) } : {}),
  };
}

/** Whether any cluster has more than one pair: where none has, each pair is evidence of its own. */
export function sharesClusters({ a, b }: Pairing, clusters: Uint32Array): boolean {
  let highest = 0;
  for (let place = 0; place < clusters.length; place++) highest = Math.max(highest, clusters[place]!);
  const met = new Uint8Array(highest + 1);
  for (let place = 0; place < a.values.length; place++) {
    if (Number.isNaN(a.values[place]! - b.values[place]!)) continue;
    if (met[clusters[place]!]) return true;
    met[clusters[place]!] = 1;
  }
  return false;
}

/** The same from either side, so that a is better than b where b is worse than a. */
const seedOf = ({ a, b }: Pairing, seed: number): string => [seed, ...[a.label, b.label].sort()].join(":");

/** Tests a pair by its differences; null where they are too few for that test to say anything. */
export async function testPair(
  test: PairedTestName,
  pairing: Pairing,
  { differences, clusters, samples }: Paired,
  { seed }: Pick<PairDesign, "seed">,
): Promise<TestedPair | null> {
  if (test === "mcnemar_midp") return testProportions(differences);
  const seeded = { seed: seedOf(pairing, seed) };
  const result =
    test === "paired_bootstrap"
      ? await pairedBootstrap(differences, clusters, seeded)
      : pairedT(differences, clusters);
  return result && planned(result, samples, test);
}

/** The same of a corpus metric, with the difference of what it makes of all the pairs together. */
export async function testCorpora(
  { a, b }: Pairing,
  { places, clusters, samples }: Paired,
  scoreParts: (sums: Float64Array) => number,
  { seed }: Pick<PairDesign, "seed">,
): Promise<{ difference: number | null; tested: TestedPair | null }> {
  const partsOf = ({ parts = [] }: Side) => Array.from(places, (place) => parts[place]!);
  const pairs = { a: partsOf(a), b: partsOf(b), clusters };
  const { difference, tested } = await compareCorpora(pairs, scoreParts, seedOf({ a, b }, seed));
  return { difference, tested: tested && planned(tested, samples, "paired_bootstrap") };
}

/** With the number of samples that it would take. */
function planned(result: PairedTest, samples: number, test: PairedTestName): TestedPair {
  const least = test === "paired_bootstrap" ? signTestLeast : () => 0;
  return {
    ...result,
    samplesNeeded(alpha) {
      const needed = clustersNeeded(result, alpha);
      return needed === null ? null : (Math.max(needed, least(alpha)) * samples) / result.independent;
    },
  };
}

/** How many independent differences like those that were seen; without a spread it is the sign test that decides. */
function clustersNeeded({ difference, stderr, independent, ci95 }: PairedTest, alpha: number): number | null {
  if (difference === 0) return null;
  if (ci95 === null || stderr === 0) return signTestLeast(alpha);
  return pairedTSamplesNeeded(difference, stderr * Math.sqrt(independent), { alpha });
}

/** Differences of right and wrong answers, which are 1, 0 or −1. */
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
