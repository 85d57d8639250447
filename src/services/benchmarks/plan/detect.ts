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
/** Where nothing is known of the models: answers of two models to the same questions correlate, hard ones being hard for all. */
const ASSUMED = { share: 0.7, correlation: 0.5 };
/** Fewer shared samples say too little of how two models differ. */
const SHARED_MIN = 30;

export interface Design {
  runs: number;
  /** Different samples that each run is asked, and that the dataset has. */
  samples: number;
  available: number;
  metrics: readonly ReadyMetric[];
  cluster_by: Clustering;
  /** What is known of each run's past. */
  past: readonly (readonly PastRun[])[];
}

/** How often one of two models alone was right, and where that is from. */
interface Discordance {
  discordant: number;
  basis: string;
}

/** Whether each sample was answered rightly, by what was asked of it first. */
function scoresOf(runs: readonly PastRun[], metric: string): Map<number, boolean> {
  const scores = new Map<number, boolean>();
  for (const { repeat, position, scores: scored } of runs.flatMap(({ trials }) => trials)) {
    const score = scored[metric];
    if (repeat === 0 && typeof score === "number" && !scores.has(position)) scores.set(position, score === 1);
  }
  return scores;
}

/** The largest share over all pairs of runs whose past shares enough samples: the pair that is hardest to tell apart. */
function measured({ past }: Design, metric: string): Discordance | undefined {
  const scores = past.map((runs) => scoresOf(runs, metric));
  let worst: Discordance | undefined;
  for (const [index, first] of scores.entries()) {
    for (const second of scores.slice(index + 1)) {
      const shared = [...first.keys()].filter((position) => second.has(position));
      if (shared.length < SHARED_MIN) continue;
      const apart = shared.filter((position) => first.get(position) !== second.get(position)).length;
      // One more to either side (Agresti & Min 2005): none of thirty is no proof of none at all.
      const discordant = (apart + 1) / (shared.length + 2);
      if (!worst || discordant > worst.discordant)
        worst = { discordant, basis: `past trials of two of the runs over ${shared.length} samples` };
    }
  }
  return worst;
}

const assumed = (): Discordance => ({
  discordant: sdOfBinaryDifference(ASSUMED.share, ASSUMED.share, ASSUMED.correlation) ** 2,
  basis: `assumed: both right ${ASSUMED.share * 100} % of the time, their answers correlated by ${ASSUMED.correlation}`,
});

/** The first metric that is right or wrong for each sample, by what is expected if there is one: what McNemar's test is for. */
function metricOf({ metrics }: Design): ReadyMetric | undefined {
  const binary = metrics.filter((metric) => metric.binary);
  return binary.find(({ requires }) => requires.includes("expected")) ?? binary[0];
}

const pairsOf = ({ runs }: Design): number => (runs * (runs - 1)) / 2;

function obstacle(design: Design): string | undefined {
  if (design.runs < 2) return "a comparison takes two runs";
  if (design.cluster_by === "group")
    return "clustered by group, samples say as much as their groups are unlike each other, which is not known beforehand";
  return metricOf(design) ? undefined : "no metric is right or wrong for each sample";
}

/** Of two models each of which is asked the same samples; McNemar's test at the level of Holm's strictest step. */
export function detectableBy(design: Design): Detectable {
  const { samples } = design;
  const alpha = ALPHA / Math.max(1, pairsOf(design));
  const base = { samples, power: POWER, alpha };
  const reason = obstacle(design);
  const metric = metricOf(design)?.key ?? null;
  if (reason !== undefined || metric === null) {
    const nothing = { metric, difference: null, discordant: null, basis: null };
    return { ...base, ...nothing, reason: reason ?? null };
  }
  const { discordant, basis } = measured(design, metric) ?? assumed();
  const difference = mcNemarSmallestDifference(samples, discordant, { alpha, power: POWER });
  const none = "so few samples find no difference that is possible with so few that set two models apart";
  return { metric, difference, ...base, discordant, basis, reason: difference === null ? none : null };
}

/** How many iterations find the difference that the caller names. */
export function recommendFor(detect: number, design: Design, detectable: Detectable): Recommendation {
  const { discordant, alpha, reason } = detectable;
  if (discordant === null) return { detect, iterations: null, reason };
  // Two models that differ by so much are set apart by at least as many samples.
  const apart = Math.max(discordant, detect);
  const shares = { only_a: (apart + detect) / 2, only_b: (apart - detect) / 2 };
  const planned = mcNemarSamplesNeeded(shares, { alpha, power: POWER }) ?? 0;
  const needed = Math.max(Math.ceil(planned), mcNemarLeast(alpha));
  if (needed <= design.available) return { detect, iterations: needed, reason: null };
  const lack = `it takes ${needed} different samples, and the dataset has ${design.available}: repeats are no new evidence`;
  return { detect, iterations: null, reason: lack };
}
