import { wilsonInterval } from "../../../statistics/interval.ts";
import { percentile } from "../../../statistics/quantile.ts";
import type { PastRun } from "./evidence.ts";

/** The share of samples that exactly one of two models answers rightly. */
export interface Discordance {
  discordant: number;
  /** A low and a high share that are plausible, too. */
  low: number;
  high: number;
  /** The origin of the shares, in words. */
  basis: string;
}

/**
 * Assumed without past trials. 29 models differ in pairs on 28 % of 10,326 MMLU-Pro questions in the median; one point
 * is added, for too few samples cost more than some too many. Low: two models that are both right 70 % of the time,
 * with the 95th percentile of the correlations, .46. High: the most discordant pair of four models on GSM8K.
 */
export const ASSUMED_DISCORDANCE: Discordance = {
  discordant: 0.29,
  low: 0.23,
  high: 0.41,
  basis:
    "assumed: 29 models differ in pairs on 28 % of the answers in the median, over 10,326 questions of MMLU-Pro " +
    "(TIGER-AI-Lab/MMLU-Pro, eval_results); four models differ on 26 to 41 % of GSM8K",
};

/** Fewer shared samples tell too little about how two models differ. */
const SHARED_MIN = 30;

/** Which of a model's answers were right, by the sample's position. */
type Correctness = ReadonlyMap<number, boolean>;

/** Counts of the samples that two models were both asked, and of those on which they differ. */
interface PairCounts {
  shared: number;
  apart: number;
}

/** Reads past runs of one model. The first trial of a sample counts. */
function correctnessOf(runs: readonly PastRun[], metric: string): Correctness {
  const right = new Map<number, boolean>();
  for (const { repeat, position, scores } of runs.flatMap(({ trials }) => trials)) {
    const score = scores[metric];
    if (repeat === 0 && typeof score === "number" && !right.has(position)) right.set(position, score === 1);
  }
  return right;
}

function countPairs(models: readonly Correctness[]): PairCounts[] {
  const counts: PairCounts[] = [];
  for (const [index, first] of models.entries()) {
    for (const second of models.slice(index + 1)) {
      const shared = [...first.keys()].filter((position) => second.has(position));
      if (shared.length < SHARED_MIN) continue;
      const apart = shared.filter((position) => first.get(position) !== second.get(position)).length;
      counts.push({ shared: shared.length, apart });
    }
  }
  return counts;
}

/** Adds one sample to either side (Agresti & Min, Stat. Med. 24, 2005): 0 of 30 does not prove a share of 0. */
const shareOf = ({ shared, apart }: PairCounts): number => (apart + 1) / (shared + 2);

/** Returns the ends of the pairs' 95 % intervals that lie furthest apart. */
function extremesOf(pairs: readonly PairCounts[]): Pick<Discordance, "low" | "high"> {
  const ends = pairs.flatMap(({ apart, shared }) => wilsonInterval(apart, shared) ?? []);
  return { low: Math.min(...ends), high: Math.max(...ends) };
}

const samplesIn = (pairs: readonly PairCounts[]): string => {
  const counts = pairs.map(({ shared }) => shared);
  return [...new Set([Math.min(...counts), Math.max(...counts)])].join(" to ");
};

/** Returns the discordance of the two planned models that are hardest to tell apart; undefined without past trials. */
export function discordanceOfRuns(
  past: readonly (readonly PastRun[])[],
  metric: string,
): Discordance | undefined {
  const pairs = countPairs(past.map((runs) => correctnessOf(runs, metric)));
  if (pairs.length === 0) return undefined;
  return {
    discordant: Math.max(...pairs.map(shareOf)),
    ...extremesOf(pairs),
    basis: `past trials of two of the runs over ${samplesIn(pairs)} samples`,
  };
}

/** Returns the median discordance of other models over the dataset; undefined without past trials of two. */
export function discordanceOfOthers(
  others: readonly (readonly PastRun[])[],
  metric: string,
): Discordance | undefined {
  const pairs = countPairs(others.map((runs) => correctnessOf(runs, metric)));
  if (pairs.length === 0) return undefined;
  const shares = Float64Array.from(pairs, shareOf).sort();
  const number = pairs.length === 1 ? "one pair" : `${pairs.length} pairs`;
  return {
    discordant: percentile(shares, 50)!,
    ...extremesOf(pairs),
    basis: `past trials of ${number} of other models over ${samplesIn(pairs)} samples of the dataset`,
  };
}
