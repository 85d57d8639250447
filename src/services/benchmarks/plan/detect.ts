import type { Clustering } from "../../../domain/benchmarks/comparison.ts";
import type { Detectable, Recommendation } from "../../../domain/benchmarks/plan.ts";
import type { Reduce } from "../../../domain/benchmarks/reduce.ts";
import { mcNemarLeast, mcNemarSamplesNeeded, mcNemarSmallestDifference } from "../../../statistics/power.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import type { Discordance } from "./discordance.ts";

const POWER = 0.8;
const ALPHA = 0.05;

export interface Design {
  runs: number;
  /** Number of different samples of each run. */
  samples: number;
  /** Number of samples of the dataset. */
  available: number;
  metrics: readonly ReadyMetric[];
  cluster_by: Clustering;
  reduce: Reduce | undefined;
}

/** Returns the first metric that is right or wrong for each sample, as McNemar's test needs. Prefers one of `expected`. */
function metricOf({ metrics }: Pick<Design, "metrics">): ReadyMetric | undefined {
  const binary = metrics.filter((metric) => metric.binary);
  return binary.find(({ requires }) => requires.includes("expected")) ?? binary[0];
}

const pairsOf = ({ runs }: Design): number => (runs * (runs - 1)) / 2;

/** Returns the metric in which the design detects differences, or the reason why it detects none. */
export function detectionOf(design: Design): { metric: string | null; reason: string | null } {
  const metric = metricOf(design)?.key ?? null;
  if (design.runs < 2) return { metric, reason: "a comparison needs two runs" };
  if (design.cluster_by === "group")
    return {
      metric,
      reason:
        "with clusters by group, the power depends on how similar the answers within a group are, which is not known yet",
    };
  if (design.reduce?.startsWith("pass"))
    return { metric, reason: `how much ${design.reduce} varies between samples is not known yet` };
  return { metric, reason: metric === null ? "no metric is right or wrong for each sample" : null };
}

const TOO_FEW =
  "too few samples: even the largest difference possible with this share of discordant answers stays undetected";

/**
 * Returns the smallest difference that two runs over the same samples can show, by McNemar's test at Holm's strictest
 * level. `discordance` is undefined if nothing can be detected.
 */
export function detectableBy(design: Design, discordance: Discordance | undefined): Detectable {
  const { samples } = design;
  const alpha = ALPHA / Math.max(1, pairsOf(design));
  const base = { ...detectionOf(design), samples, power: POWER, alpha };
  if (!discordance)
    return { ...base, difference: null, discordant: null, basis: null, low: null, high: null };
  const differenceAt = (discordant: number) =>
    mcNemarSmallestDifference(samples, discordant, { alpha, power: POWER });
  const { discordant, low, high, basis } = discordance;
  const difference = differenceAt(discordant);
  return {
    ...base,
    difference,
    discordant,
    basis,
    low: { discordant: low, difference: differenceAt(low) },
    high: { discordant: high, difference: differenceAt(high) },
    reason: difference === null ? TOO_FEW : null,
  };
}

/** Returns the number of samples that detects the difference. */
function samplesFor(detect: number, discordant: number, alpha: number): number {
  // Models that differ by `detect` answer at least that share of the samples differently.
  const share = Math.max(discordant, detect);
  const shares = { only_a: (share + detect) / 2, only_b: (share - detect) / 2 };
  const planned = mcNemarSamplesNeeded(shares, { alpha, power: POWER }) ?? 0;
  return Math.max(Math.ceil(planned), mcNemarLeast(alpha));
}

/** Returns the number of iterations that detects the difference `detect`. */
export function recommendFor(detect: number, design: Design, detectable: Detectable): Recommendation {
  const { discordant, alpha, low, high, reason } = detectable;
  if (discordant === null || !low || !high)
    return { detect, iterations: null, samples: null, low: null, high: null, reason };
  const samplesAt = (share: number) => samplesFor(detect, share, alpha);
  const samples = samplesAt(discordant);
  const suffices = samples <= design.available;
  return {
    detect,
    iterations: suffices ? samples : null,
    samples,
    low: { discordant: low.discordant, samples: samplesAt(low.discordant) },
    high: { discordant: high.discordant, samples: samplesAt(high.discordant) },
    reason: suffices
      ? null
      : `${samples} different samples are needed, but the dataset has ${design.available}; repeats add no evidence`,
  };
}
