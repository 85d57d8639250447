import type { Clustering } from "../../../domain/benchmarks/comparison.ts";
import type { Detectable, Recommendation } from "../../../domain/benchmarks/plan.ts";
import {
  mcNemarLeast,
  mcNemarSamplesNeeded,
  mcNemarSmallestDifference,
  sdOfBinaryDifference,
} from "../../../statistics/power.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import type { PastRun } from "./evidence.ts";

const POWER = 0.8;
const ALPHA = 0.05;
/** Assumed without past trials. Two models' answers correlate, because some questions are hard for every model. */
const ASSUMED = { share: 0.7, correlation: 0.5 };
/** Fewer shared samples tell too little about how two models differ. */
const SHARED_MIN = 30;

export interface Design {
  runs: number;
  /** Number of different samples of each run. */
  samples: number;
  /** Number of samples of the dataset. */
  available: number;
  metrics: readonly ReadyMetric[];
  cluster_by: Clustering;
  /** The past runs of each run's model. */
  past: readonly (readonly PastRun[])[];
}

/** The share of samples that exactly one of two models answered rightly, and the basis of this figure. */
interface Discordance {
  discordant: number;
  basis: string;
}

/** Returns, by position, whether a sample was answered rightly. The first trial of a sample counts. */
function correctnessOf(runs: readonly PastRun[], metric: string): Map<number, boolean> {
  const scores = new Map<number, boolean>();
  for (const { repeat, position, scores: scored } of runs.flatMap(({ trials }) => trials)) {
    const score = scored[metric];
    if (repeat === 0 && typeof score === "number" && !scores.has(position)) scores.set(position, score === 1);
  }
  return scores;
}

/** Returns the discordance of the pair of runs that is hardest to tell apart; undefined without enough shared samples. */
function measuredDiscordance({ past }: Design, metric: string): Discordance | undefined {
  const scores = past.map((runs) => correctnessOf(runs, metric));
  let worst: Discordance | undefined;
  for (const [index, first] of scores.entries()) {
    for (const second of scores.slice(index + 1)) {
      const shared = [...first.keys()].filter((position) => second.has(position));
      if (shared.length < SHARED_MIN) continue;
      const apart = shared.filter((position) => first.get(position) !== second.get(position)).length;
      // Adds one sample to either side (Agresti & Min 2005): 0 of 30 does not prove a share of 0.
      const discordant = (apart + 1) / (shared.length + 2);
      if (!worst || discordant > worst.discordant)
        worst = { discordant, basis: `past trials of two of the runs over ${shared.length} samples` };
    }
  }
  return worst;
}

const assumedDiscordance = (): Discordance => ({
  discordant: sdOfBinaryDifference(ASSUMED.share, ASSUMED.share, ASSUMED.correlation) ** 2,
  basis: `assumed: both models answer ${ASSUMED.share * 100} % rightly, with a correlation of ${ASSUMED.correlation}`,
});

/** Returns the first metric that is right or wrong for each sample, as McNemar's test needs. Prefers one of `expected`. */
function metricOf({ metrics }: Design): ReadyMetric | undefined {
  const binary = metrics.filter((metric) => metric.binary);
  return binary.find(({ requires }) => requires.includes("expected")) ?? binary[0];
}

const pairsOf = ({ runs }: Design): number => (runs * (runs - 1)) / 2;

function obstacle(design: Design): string | undefined {
  if (design.runs < 2) return "a comparison needs two runs";
  if (design.cluster_by === "group")
    return "with clusters by group, the power depends on how similar the answers within a group are, which is not known yet";
  return metricOf(design) ? undefined : "no metric is right or wrong for each sample";
}

/** Returns the smallest difference that two runs over the same samples can show, by McNemar's test at Holm's strictest level. */
export function detectableBy(design: Design): Detectable {
  const { samples } = design;
  const alpha = ALPHA / Math.max(1, pairsOf(design));
  const base = { samples, power: POWER, alpha };
  const reason = obstacle(design);
  const metric = metricOf(design)?.key ?? null;
  if (reason !== undefined || metric === null) {
    const unknown = { metric, difference: null, discordant: null, basis: null };
    return { ...base, ...unknown, reason: reason ?? null };
  }
  const { discordant, basis } = measuredDiscordance(design, metric) ?? assumedDiscordance();
  const difference = mcNemarSmallestDifference(samples, discordant, { alpha, power: POWER });
  const tooFew =
    "too few samples: even the largest difference possible with this share of discordant answers stays undetected";
  return { metric, difference, ...base, discordant, basis, reason: difference === null ? tooFew : null };
}

/** Returns the number of iterations that detects the difference `detect`. */
export function recommendFor(detect: number, design: Design, detectable: Detectable): Recommendation {
  const { discordant, alpha, reason } = detectable;
  if (discordant === null) return { detect, iterations: null, reason };
  // Models that differ by `detect` answer at least that share of the samples differently.
  const share = Math.max(discordant, detect);
  const shares = { only_a: (share + detect) / 2, only_b: (share - detect) / 2 };
  const planned = mcNemarSamplesNeeded(shares, { alpha, power: POWER }) ?? 0;
  const needed = Math.max(Math.ceil(planned), mcNemarLeast(alpha));
  if (needed <= design.available) return { detect, iterations: needed, reason: null };
  const tooSmall = `${needed} different samples are needed, but the dataset has ${design.available}; repeats add no evidence`;
  return { detect, iterations: null, reason: tooSmall };
}
