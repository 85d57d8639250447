import type { PairedTestName } from "../../domain/comparison.ts";
import { mcNemar } from "../../statistics/mcnemar.ts";
import { pairedBootstrap } from "../../statistics/paired-bootstrap.ts";
import { type PairCounts, tangoInterval, tangoTails } from "../../statistics/paired-proportions.ts";
import { pairedT } from "../../statistics/paired-t.ts";
import type { PairedTest } from "../../statistics/paired-test.ts";
import { mcNemarSamplesNeeded, samplesNeeded } from "../../statistics/power.ts";

/** A run's scores in one metric, by place. */
export interface Side {
  label: string;
  values: Float64Array;
}

export interface Pairing {
  a: Side;
  b: Side;
}

/** What all pairs of a comparison share. */
export interface PairDesign {
  /** The cluster of each place; left out where all are independent. */
  clusters?: Uint32Array | undefined;
  /** How often each sample was asked of a run, on average. */
  trialsPerSample: number;
  seed: number;
}

/** What a test says of a pair of runs. */
export interface TestedPair
  extends Pick<PairedTest, "difference" | "ci95" | "p_value" | "p_above" | "p_below"> {
  p_exact?: number;
  /** Samples that find this difference with a power of 80 % at level `alpha`; null where there is none to find. */
  samplesNeeded(alpha: number): number | null;
}

/** The differences at places where both have a score. */
export function differencesOf(
  { a, b }: Pairing,
  clusters?: Uint32Array,
): { differences: Float64Array; clusters?: Uint32Array } {
  const differences = new Float64Array(a.values.length);
  const own = clusters && new Uint32Array(a.values.length);
  let length = 0;
  for (let place = 0; place < a.values.length; place++) {
    const difference = a.values[place]! - b.values[place]!;
    if (Number.isNaN(difference)) continue;
    if (own) own[length] = clusters[place]!;
    differences[length++] = difference;
  }
  return { differences: differences.slice(0, length), ...(own ? { clusters: own.slice(0, length) } : {}) };
}

/** Tests a pair by its differences; null where they are too few for that test to say anything. */
export async function testPair(
  test: PairedTestName,
  pairing: Pairing,
  paired: { differences: Float64Array; clusters?: Uint32Array },
  { trialsPerSample, seed }: PairDesign,
): Promise<TestedPair | null> {
  const { differences, clusters } = paired;
  if (test === "mcnemar_midp") return testProportions(differences);
  const seeded = { seed: `${seed}:${pairing.a.label}:${pairing.b.label}` };
  const result =
    test === "paired_bootstrap"
      ? await pairedBootstrap(differences, clusters, seeded)
      : pairedT(differences, clusters);
  if (!result) return null;
  const { difference, stderr, independent } = result;
  const samplesPerCluster = differences.length / trialsPerSample / independent;
  return {
    ...result,
    samplesNeeded(alpha) {
      if (stderr === 0) return null;
      const needed = samplesNeeded(difference, { sd: stderr * Math.sqrt(independent) }, { alpha });
      return needed === null ? null : needed * samplesPerCluster;
    },
  };
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
    samplesNeeded: (alpha) =>
      mcNemarSamplesNeeded({ only_a: onlyFirst / pairs, only_b: onlySecond / pairs }, { alpha }),
  };
}
