import type { EquivalenceMargin } from "../../../domain/benchmarks/comparison.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";

/**
 * Returns the equivalence margin of a metric; undefined if it has none. A single number applies only to metrics with a
 * closed range. For times and costs, 0.05 would have no meaning, so their margin must be given by name.
 */
export function marginOf(
  { key, range }: Pick<ReadyMetric, "key" | "range">,
  margin: EquivalenceMargin | undefined,
): number | undefined {
  if (typeof margin !== "number") return margin?.[key];
  return range[0] !== null && range[1] !== null ? margin : undefined;
}
