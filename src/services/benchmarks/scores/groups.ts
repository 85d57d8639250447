import { yieldToEventLoop } from "../../../base/event-loop.ts";
import type { GroupResult } from "../../../domain/benchmarks/benchmark-results.ts";
import type { MetricSummary } from "../../../domain/metric.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import { type GroupIndex, type RunColumns, scoredOf } from "./columns.ts";

/** Of MMLU all 57 subjects; a dataset that has a group a sample would be its own results. */
const GROUPS_MAX = 100;
const ROWS_MAX = 2_000;

/** The places of each group's trials, in one array: those of group i from `starts[i]` to `starts[i + 1]`. */
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

/** Every run's metrics over the samples of each group; the largest groups if there are too many. */
export async function summarizeGroups(
  metrics: readonly ReadyMetric[],
  runs: readonly RunColumns[],
  groups: GroupIndex,
  repeats: Uint32Array | undefined,
): Promise<{ groups: GroupResult[]; groups_left_out: number }> {
  const { places, starts } = placesByGroup(groups);
  const sizeOf = (group: number): number => starts[group + 1]! - starts[group]!;
  const largest = [...groups.names.keys()].sort((left, right) => sizeOf(right) - sizeOf(left));
  const shown = largest.slice(0, Math.min(GROUPS_MAX, Math.floor(ROWS_MAX / runs.length)));
  const results: GroupResult[] = [];
  for (const group of shown) {
    const own = places.subarray(starts[group], starts[group + 1]);
    const summaries: GroupResult["runs"] = [];
    for (const run of runs)
      summaries.push({ run: run.label, metrics: await summariesOf(metrics, run, repeats, own) });
    results.push({ group: groups.names[group]!, runs: summaries });
    await yieldToEventLoop();
  }
  return { groups: results, groups_left_out: groups.names.length - shown.length };
}

/** A run's metrics over all its scores, or over those at some places. */
export async function summariesOf(
  metrics: readonly ReadyMetric[],
  run: RunColumns,
  clusters: Uint32Array | undefined,
  places?: Uint32Array,
): Promise<Record<string, MetricSummary>> {
  const summaries: Record<string, MetricSummary> = {};
  for (const [index, metric] of metrics.entries()) {
    summaries[metric.key] = await summaryOf(metric, run, index, clusters, places);
    await yieldToEventLoop();
  }
  return summaries;
}

async function summaryOf(
  metric: ReadyMetric,
  { values, parts }: RunColumns,
  index: number,
  clusters: Uint32Array | undefined,
  places: Uint32Array | undefined,
): Promise<MetricSummary> {
  const scored = scoredOf(values[index]!, clusters, places);
  if (!metric.summarizeParts) return metric.summarize(scored.values, scored.clusters);
  const own = parts[index]!;
  const all = places ? Array.from(places, (place) => own[place]) : own;
  // A trial has parts if and only if it has a score, so they and the scores' clusters go side by side.
  return metric.summarizeParts(
    all.filter((part) => part !== undefined),
    scored.clusters,
  );
}
