import type { Bounds } from "../../../domain/benchmarks/comparison.ts";
import type { Metric } from "../../../metrics/metric.ts";
import { boundsWithUnscored } from "../../../statistics/unscored.ts";

/**
 * Returns the worst-case bounds of a metric's mean: all unscored trials at the worst, or at the best, value. Returns
 * null if no trial is unscored or the metric's range is open.
 */
export function boundsOf(
  { better, range, scoreParts }: Pick<Metric, "better" | "range" | "scoreParts">,
  { value, n }: { value: number | null; n: number },
  unscored: number,
): Bounds | null {
  const [lowest, highest] = range;
  // A corpus metric is not a mean. How far a missing output would move it depends on the output's text.
  if (unscored === 0 || lowest === null || highest === null || scoreParts) return null;
  const ends = boundsWithUnscored({ total: (value ?? 0) * n, scored: n, unscored }, [lowest, highest]);
  if (!ends) return null;
  const [worst, best] = better === "higher" ? ends : [ends[1], ends[0]];
  return { unscored, worst, best };
}
