import { canonicalJson } from "../../../base/hash.ts";
import type { BenchmarkSpec } from "../../../domain/benchmarks/benchmark.ts";
import { metricKey, metricOrder } from "../../../domain/metric.ts";

/** The part of a benchmark that decides how its scores are made. */
export type ScoringSpec = Pick<BenchmarkSpec, "metrics" | "judge" | "prompt_versions">;

interface MetricIdentity {
  metric: string;
  params: Record<string, unknown>;
  /** Null if the metric uses no judge. */
  judge: object | null;
}

function identityOf(
  { metrics, judge, prompt_versions = {} }: ScoringSpec,
  key: string,
): MetricIdentity | undefined {
  const request = metrics.find((each) => metricKey(each) === key);
  if (!request) return undefined;
  const { name: metric, params = {} } = metricOrder(request);
  if (!judge || !(key in prompt_versions)) return { metric, params, judge: null };
  const { provider, model, params: judge_params = {} } = judge;
  return { metric, params, judge: { provider, model, params: judge_params } };
}

function formatPart(part: MetricIdentity[keyof MetricIdentity]): string {
  if (part === null) return "none";
  return typeof part === "string" ? `'${part}'` : canonicalJson(part);
}

/**
 * Returns the reason why the scores of a metric can't be compared between this benchmark and another; null if they can.
 * Metric, parameters and judge must be the same.
 */
export function metricDifference(key: string, local: ScoringSpec, other: ScoringSpec): string | null {
  const [localIdentity, otherIdentity] = [identityOf(local, key), identityOf(other, key)];
  if (!localIdentity || !otherIdentity) return `'${key}' is not a metric of both benchmarks`;
  for (const part of ["metric", "params", "judge"] as const) {
    const [localPart, otherPart] = [localIdentity[part], otherIdentity[part]];
    if (canonicalJson(localPart) !== canonicalJson(otherPart))
      return `'${key}' has another ${part} in that benchmark: ${formatPart(otherPart)}, here ${formatPart(localPart)}`;
  }
  return null;
}
