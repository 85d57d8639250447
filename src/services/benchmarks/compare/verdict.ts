import { SIGNIFICANCE } from "../../../base/significance.ts";
import type { Comparison, Verdict } from "../../../domain/benchmarks/comparison.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";

/** The figures that a verdict goes by. */
export interface Evidence {
  difference: number | null;
  /** Two-sided, adjusted over all pairs. */
  p_adjusted: number | null;
  /** Of equivalence, adjusted over all pairs; null without a margin. */
  p_equivalent_adjusted: number | null;
}

const TIMING_REASON =
  "A figure of time belongs to the load at which it was taken, and the load of a benchmark varies while it runs. " +
  "Difference, interval and p-value describe these calls only; they do not tell which model is faster.";

/** Returns why two runs get no verdict in a metric; null if they get one. */
export const verdictObstacle = ({ requires }: Pick<ReadyMetric, "requires">): string | null =>
  requires.includes("timing") ? TIMING_REASON : null;

/** Returns the verdict on a, or the reason why there is none. */
export function verdictOf(
  metric: Pick<ReadyMetric, "better" | "requires">,
  evidence: Evidence,
): Pick<Comparison, "verdict" | "verdict_reason"> {
  const verdict_reason = verdictObstacle(metric);
  return verdict_reason === null
    ? { verdict: judge(metric.better, evidence) }
    : { verdict: null, verdict_reason };
}

/** A difference within the margin is `equivalent`, even if it is significantly not 0. */
function judge(
  better: ReadyMetric["better"],
  { difference, p_adjusted, p_equivalent_adjusted }: Evidence,
): Verdict {
  if (p_equivalent_adjusted !== null && p_equivalent_adjusted < SIGNIFICANCE) return "equivalent";
  if (difference === null || p_adjusted === null || p_adjusted >= SIGNIFICANCE) return "inconclusive";
  return difference > 0 === (better === "higher") ? "better" : "worse";
}
