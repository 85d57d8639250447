import type { EquivalenceMargin } from "../../../domain/benchmarks/comparison.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";

/**
 * The margin of a metric. One number for all is meant for scores: of metrics without two ends (times, costs) 0.05
 * would be anything, so those have a margin only by name.
 */
export function marginOf(
  { key, range }: Pick<ReadyMetric, "key" | "range">,
  margin: EquivalenceMargin | undefined,
): number | undefined {
  if (typeof margin !== "number") return margin?.[key];
  return range[0] !== null && range[1] !== null ? margin : undefined;
}
