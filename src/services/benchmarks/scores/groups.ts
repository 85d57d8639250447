import { yieldToEventLoop } from "../../../base/event-loop.ts";
import type { GroupResult } from "../../../domain/benchmarks/benchmark-results.ts";
import type { MetricSummary } from "../../../domain/metric.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import { type GroupIndex, type RunColumns, scoredOf } from "./columns.ts";

/** Enough for all 57 subjects of MMLU. Without a limit, a dataset with a group per sample would repeat itself here. */
const GROUPS_MAX = 100;
const ROWS_MAX = 2_000;

/** Returns the places of each group's trials in one array: group i has those from `starts[i]` to `starts[i + 1]`. */
function placesByGroup({ ids, names }: GroupIndex): { places: Uint32Array; starts: Uint32Array } {
  const starts = new Uint32Array(names.length + 1);
  for (let place = 0; place < ids.length; place++) if (ids[place]! > 0) starts[ids[place]!]!++;
  for (let group = 1; group <= names.length; group++) starts[group]! += starts[group - 1]!;
  const places = new Uint32Array(starts[names.length] ?? 0);
  const next = starts.slice();
  for (let place = 0; place < ids.length; place++) {
    const id = ids[place]!;
    if (id > 0) places[next[id - 1]!++] = place;
  }
  return { places, starts };
}

/** The scores of a benchmark's runs, and the groups of their trials. */
export interface GroupedScores {
  metrics: readonly ReadyMetric[];
  runs: readonly RunColumns[];
  groups: GroupIndex;
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
  const { places, starts } = placesByGroup(groups);
  const sizeOf = (group: number): number => starts[group + 1]! - starts[group]!;
  const bySize = [...groups.names.keys()].sort((left, right) => sizeOf(right) - sizeOf(left));
  const largest = bySize.slice(0, Math.min(GROUPS_MAX, Math.floor(ROWS_MAX / runs.length)));
  const results: GroupResult[] = [];
  for (const group of largest) {
    const groupPlaces = places.subarray(starts[group], starts[group + 1]);
    const summaries: GroupResult["runs"] = [];
    for (const run of runs) {
      const scores = { run, clusters: repeats, places: groupPlaces };
      summaries.push({ run: run.label, metrics: await summariesOf(metrics, scores) });
    }
    results.push({ group: groups.names[group]!, runs: summaries });
    await yieldToEventLoop();
  }
  return { groups: results, groups_left_out: groups.names.length - largest.length };
}

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
