import { yieldToEventLoop } from "../../../base/event-loop.ts";
import type { GroupResult } from "../../../domain/benchmarks/benchmark-results.ts";
import type { MetricSummary } from "../../../domain/metric.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import { type RunColumns, scoredOf } from "./columns.ts";
import type { GroupPlaces } from "./group-places.ts";

/** Enough for all 57 subjects of MMLU. Without a limit, a dataset with a group per sample would repeat itself here. */
const GROUPS_MAX = 100;
const ROWS_MAX = 2_000;

/** The scores of a benchmark's runs, and the groups of their trials. */
export interface GroupedScores {
  metrics: readonly ReadyMetric[];
  runs: readonly RunColumns[];
  groups: GroupPlaces;
  /** The cluster of each place, by sample; undefined if no sample is repeated. */
  repeats: Uint32Array | undefined;
}

/** Returns every run's metrics over the samples of each group. If there are too many groups, only the largest. */
export async function summarizeGroups({
  metrics,
  runs,
  groups,
  repeats,
}: GroupedScores): Promise<{ groups: GroupResult[]; groups_left_out: number }> {
  const sizeOf = (group: number): number => groups.placesOf(group).length;
  const bySize = [...groups.names.keys()].sort((left, right) => sizeOf(right) - sizeOf(left));
  const largest = bySize.slice(0, Math.min(GROUPS_MAX, Math.floor(ROWS_MAX / runs.length)));
  const results: GroupResult[] = [];
  for (const group of largest) {
    const summaries: GroupResult["runs"] = [];
    for (const run of runs) {
      const scores = { run, clusters: repeats, places: groups.placesOf(group) };
      summaries.push({ run: run.label, metrics: withoutMatrices(await summariesOf(metrics, scores)) });
    }
    results.push({ group: groups.names[group]!, runs: summaries });
    await yieldToEventLoop();
  }
  return { groups: results, groups_left_out: groups.names.length - largest.length };
}

/** A matrix per group and run would be most of the results. */
const withoutMatrices = (summaries: Record<string, MetricSummary>): Record<string, MetricSummary> =>
  Object.fromEntries(Object.entries(summaries).map(([key, { confusion, ...summary }]) => [key, summary]));

/** Which of a run's scores are summarised. */
interface SummarizedScores {
  run: RunColumns;
  clusters: Uint32Array | undefined;
  /** The places to summarise; all if left out. */
  places?: Uint32Array;
}

/** Returns a run's metrics, by key, over all its scores or over those at the given places. */
export async function summariesOf(
  metrics: readonly ReadyMetric[],
  scores: SummarizedScores,
): Promise<Record<string, MetricSummary>> {
  const summaries: Record<string, MetricSummary> = {};
  for (const [index, metric] of metrics.entries()) {
    summaries[metric.key] = await summaryOf(metric, index, scores);
    await yieldToEventLoop();
  }
  return summaries;
}

async function summaryOf(
  metric: ReadyMetric,
  index: number,
  { run, clusters, places }: SummarizedScores,
): Promise<MetricSummary> {
  const scored = scoredOf(run.values[index]!, clusters, places);
  if (!metric.summarizeParts) return metric.summarize(scored.values, scored.clusters);
  const runParts = run.parts[index]!;
  const parts = places ? Array.from(places, (place) => runParts[place]) : runParts;
  // A trial has parts if and only if it has a score. The parts and the clusters of the scores therefore stay aligned.
  return metric.summarizeParts(
    parts.filter((part) => part !== undefined),
    scored.clusters,
  );
}
