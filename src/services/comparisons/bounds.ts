import type { Bounds } from "../../domain/comparison.ts";
import type { Metric } from "../../metrics/metric.ts";
import { boundsWithUnscored } from "../../statistics/unscored.ts";

/** The ends of a metric's mean with its unscored trials; null where none is unscored, or its scale has no two ends. */
export function boundsOf(
  { better, range }: Pick<Metric, "better" | "range">,
  { value, n }: { value: number | null; n: number },
  unscored: number,
): Bounds | null {
  const [lowest, highest] = range;
  if (unscored === 0 || lowest === null || highest === null) return null;
  const ends = boundsWithUnscored((value ?? 0) * n, n, unscored, [lowest, highest]);
  if (!ends) return null;
  const [worst, best] = better === "higher" ? ends : [ends[1], ends[0]];
  return { unscored, worst, best };
}
