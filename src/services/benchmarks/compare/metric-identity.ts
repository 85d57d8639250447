import { canonicalJson } from "../../../base/hash.ts";
import type { BenchmarkSpec } from "../../../domain/benchmarks/benchmark.ts";
import { metricKey, metricOrder } from "../../../domain/metric.ts";

/** What says how a benchmark's scores come about. */
export type Scored = Pick<BenchmarkSpec, "metrics" | "judge" | "prompt_versions">;

interface Identity {
  metric: string;
  params: Record<string, unknown>;
  /** Null where the metric asks none. */
  judge: object | null;
}

function identityOf({ metrics, judge, prompt_versions = {} }: Scored, key: string): Identity | undefined {
  const request = metrics.find((each) => metricKey(each) === key);
  if (!request) return undefined;
  const { name: metric, params = {} } = metricOrder(request);
  if (!judge || !(key in prompt_versions)) return { metric, params, judge: null };
  const { provider, model, params: judge_params = {} } = judge;
  return { metric, params, judge: { provider, model, params: judge_params } };
}

const shown = (part: Identity[keyof Identity]): string => {
  if (part === null) return "none";
  return typeof part === "string" ? `'${part}'` : canonicalJson(part);
};

/**
 * In what the scores of a key differ from another benchmark's of the same key: they are comparable only if metric, parameters
 * and judge are the same. Null where all are.
 */
export function differenceOf(key: string, own: Scored, other: Scored): string | null {
  const [here, there] = [identityOf(own, key), identityOf(other, key)];
  if (!here || !there) return `'${key}' is not a metric of both benchmarks`;
  for (const part of ["metric", "params", "judge"] as const)
    if (canonicalJson(here[part]) !== canonicalJson(there[part]))
      return `'${key}' has another ${part} in that benchmark: ${shown(there[part])}, here ${shown(here[part])}`;
  return null;
}
