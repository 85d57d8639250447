import type { PartsByPlace } from "../scores/columns.ts";

/** A run's scores in one metric, by place. */
export interface Side {
  label: string;
  values: Float64Array;
  /** What a corpus metric adds up. */
  parts?: PartsByPlace;
}

export interface Pairing {
  a: Side;
  b: Side;
}

/** What all pairs of a comparison share. */
export interface PairDesign {
  /** The cluster of each place; left out if all trials are independent. */
  clusters?: Uint32Array | undefined;
  /** Number of different samples: place p is of sample p modulo this. Left out if each place has a sample of its own. */
  samples?: number | undefined;
  seed: number;
}

/** The differences a − b at the places where both runs have a score. */
export interface PairedScores {
  differences: Float64Array;
  /** The place of each difference. */
  places: Uint32Array;
  /** The cluster of each difference. */
  clusters?: Uint32Array;
  /** Number of different samples among the differences. */
  samples: number;
}

export function differencesOf(
  { a, b }: Pairing,
  { clusters, samples = a.values.length }: Pick<PairDesign, "clusters" | "samples">,
): PairedScores {
  const differences = new Float64Array(a.values.length);
  const places = new Uint32Array(a.values.length);
  const pairClusters = clusters && new Uint32Array(a.values.length);
  const seen = new Uint8Array(samples);
  let different = 0;
  let length = 0;
  for (let place = 0; place < a.values.length; place++) {
    const difference = a.values[place]! - b.values[place]!;
    if (Number.isNaN(difference)) continue;
    if (pairClusters) pairClusters[length] = clusters[place]!;
    places[length] = place;
    differences[length++] = difference;
    different += 1 - seen[place % samples]!;
    seen[place % samples] = 1;
  }
  return {
    differences: differences.slice(0, length),
    places: places.slice(0, length),
    samples: different,
    ...(pairClusters ? { clusters: pairClusters.slice(0, length) } : {}),
  };
}

/** Returns whether any cluster has more than one pair. If none has, each pair is independent evidence. */
export function sharesClusters({ a, b }: Pairing, clusters: Uint32Array): boolean {
  let highest = 0;
  for (let place = 0; place < clusters.length; place++) highest = Math.max(highest, clusters[place]!);
  const seen = new Uint8Array(highest + 1);
  for (let place = 0; place < a.values.length; place++) {
    if (Number.isNaN(a.values[place]! - b.values[place]!)) continue;
    if (seen[clusters[place]!]) return true;
    seen[clusters[place]!] = 1;
  }
  return false;
}
