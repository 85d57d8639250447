import type { Bounds } from "../../../domain/benchmarks/comparison.ts";
import type { Metric } from "../../../metrics/metric.ts";
import { boundsWithUnscored } from "../../../statistics/unscored.ts";

/** The ends of a metric's mean with its unscored trials; null where none is unscored, or its scale has no two ends. */
export function boundsOf(
  { better, range, scoreParts }: Pick<Metric, "better" | "range" | "scoreParts">,
  { value, n }: { value: number | null; n: number },
  unscored: number,
): Bounds | null {
  const [lowest, highest] = range;
  // A corpus metric is no mean: how far outputs that there are not would move it depends on what they are.
  if (unscored === 0 || lowest === null || highest === null || scoreParts) return null;
  const ends = boundsWithUnscored({ total: (value ?? 0) * n, scored: n, unscored }, [lowest, highest]);
  if (!ends) return null;
  const [worst, best] = better === "higher" ? ends : [ends[1], ends[0]];
  return { unscored, worst, best };
}
