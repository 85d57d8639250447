import { yieldToEventLoop } from "../../../base/event-loop.ts";
import type { MacroMean } from "../../../domain/metric.ts";
import { estimateMean } from "../../../statistics/mean.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import { type RunColumns, scoredOf } from "./columns.ts";
import type { GroupPlaces } from "./group-places.ts";

/** Times, costs and corpus metrics are no scores of single samples: an average over groups would say little. */
const isScore = ({ range: [low, high], scoreParts }: ReadyMetric): boolean =>
  low !== null && high !== null && !scoreParts;

/**
 * Returns the mean of the groups' means, each with the same weight; null if fewer than two groups have a score. The
 * groups are taken as given: the standard error is √(Σ stderr_g²) / G, and null if a group has a single sample. Samples
 * without a group do not count.
 */
export async function macroMean(
  values: Float64Array,
  groups: GroupPlaces,
  repeats: Uint32Array | undefined,
): Promise<MacroMean | null> {
  let [total, variance, count] = [0, 0, 0];
  for (const group of groups.names.keys()) {
    const scored = scoredOf(values, repeats, groups.placesOf(group));
    const estimate = estimateMean(scored.values, scored.clusters);
    await yieldToEventLoop();
    if (!estimate) continue;
    total += estimate.value;
    variance += (estimate.stderr ?? Number.NaN) ** 2;
    count++;
  }
  if (count < 2) return null;
  const stderr = Number.isNaN(variance) ? null : Math.sqrt(variance) / count;
  return { value: total / count, stderr, groups: count };
}

/** Returns the macro means of a run's scores, by the key of their metric. */
export async function macroMeansOf(
  metrics: readonly ReadyMetric[],
  { values }: RunColumns,
  { groups, repeats }: { groups: GroupPlaces; repeats: Uint32Array | undefined },
): Promise<Record<string, MacroMean>> {
  const means: Record<string, MacroMean> = {};
  for (const [index, metric] of metrics.entries()) {
    const mean = isScore(metric) ? await macroMean(values[index]!, groups, repeats) : null;
    if (mean) means[metric.key] = mean;
  }
  return means;
}
