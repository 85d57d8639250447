import { type Reduce, type Reduction, readReduction } from "../../../domain/benchmarks/reduce.ts";
import { mean } from "../../../metrics/summary.ts";
import { passAll, passAt, type Repeats } from "../../../statistics/pass-at.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import type { Places, RunColumns } from "./columns.ts";

/** The reduction of a metric's repeats; undefined if the metric stays per trial. */
function reductionOf(
  { binary, range: [low, high], scoreParts }: ReadyMetric,
  reduce: Reduce | undefined,
): Reduction | undefined {
  if (reduce === undefined || low === null || high === null || scoreParts) return undefined;
  return binary ? readReduction(reduce) : { method: "mean", k: 0 };
}

const nameOf = ({ method, k }: Reduction): string => (k > 0 ? `${method}${k}` : method);

const isBinary = (values: Float64Array): boolean => values.every((value) => value === 0 || value === 1);

/** Returns the metrics as they summarise reduced scores. A share of right answers may have become a mean of shares. */
export const reducedMetrics = (
  metrics: readonly ReadyMetric[],
  reduce: Reduce | undefined,
): readonly ReadyMetric[] =>
  metrics.map((metric) => {
    const reduction = reductionOf(metric, reduce);
    if (!reduction) return metric;
    return {
      ...metric,
      summarize: (values, clusters) => ({
        ...(isBinary(values) ? metric.summarize(values, clusters) : mean(values, metric, clusters)),
        reduced: nameOf(reduction),
      }),
    };
  });

/** What is known of a sample's repeats. */
interface RepeatSums extends Repeats {
  total: number;
}

function reduced({ scored, right, total }: RepeatSums, { method, k }: Reduction): number {
  if (scored === 0) return Number.NaN;
  if (method === "pass@") return passAt({ scored, right }, k) ?? Number.NaN;
  if (method === "pass^") return passAll({ scored, right }, k) ?? Number.NaN;
  if (method === "mean") return total / scored;
  return right * 2 === scored ? 0.5 : Number(right * 2 > scored);
}

/** Returns each sample's score at the place of its first trial; NaN at all other places, and without a score. */
function reducedValues(
  values: Float64Array,
  { samples }: Pick<Places, "samples">,
  reduction: Reduction,
): Float64Array {
  const scores = new Float64Array(values.length).fill(Number.NaN);
  for (let sample = 0; sample < Math.min(samples, values.length); sample++) {
    const sums: RepeatSums = { scored: 0, right: 0, total: 0 };
    for (let place = sample; place < values.length; place += samples) {
      const value = values[place]!;
      if (Number.isNaN(value)) continue;
      sums.scored++;
      sums.total += value;
      if (value === 1) sums.right++;
    }
    scores[sample] = reduced(sums, reduction);
  }
  return scores;
}

/** Returns a run's columns with one score per sample in every metric that `reduce` shapes. */
export function reducedColumns(
  columns: RunColumns,
  places: Pick<Places, "samples">,
  { metrics, reduce }: { metrics: readonly ReadyMetric[]; reduce: Reduce | undefined },
): RunColumns {
  if (reduce === undefined) return columns;
  const values = columns.values.map((each, index) => {
    const reduction = reductionOf(metrics[index]!, reduce);
    return reduction ? reducedValues(each, places, reduction) : each;
  });
  const { label, parts, hasTrial, repeated, add } = columns;
  return { label, values, parts, hasTrial, repeated, add };
}
