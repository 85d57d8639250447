import type { MetricSummary } from "../domain/metric.ts";
import { skewedMeanInterval } from "../statistics/bootstrap-t.ts";
import { clusteredWilsonInterval, type Interval, wilsonInterval } from "../statistics/interval.ts";
import { estimateMean, type MeanEstimate, sum } from "../statistics/mean.ts";
import { percentile } from "../statistics/quantile.ts";
import type { Metric } from "./metric.ts";

/** The facts of a metric that its summary repeats or needs. */
type Scale = Pick<Metric, "unit" | "better" | "range">;

/**
 * Summarises values of 0 or 1: their share, with Wilson's interval (also for a single value). `stderr` is sd / √n
 * with n − 1, that is √(p(1 − p) / (n − 1)), as lm-evaluation-harness reports it; null for a single value.
 * Nothing is rounded, here and below; without values every figure is null. With `clusters`, values of one cluster
 * are not assumed to be independent.
 */
export function proportion(values: Float64Array, scale: Scale, clusters?: Uint32Array): MetricSummary {
  const estimate = estimateMean(values, clusters);
  return {
    ...headOf(estimate, values, scale),
    stderr: estimate?.stderr ?? null,
    ci95:
      estimate && clusters
        ? clusteredWilsonInterval(estimate, values.length)
        : wilsonInterval(sum(values), values.length),
  };
}

/**
 * Summarises values on a scale: their mean, with stderr (n − 1) and an interval that covers also if the values are
 * skewed, both null for a single value. The interval is clipped to the metric's range, because no mean can lie beyond it.
 */
export function mean(values: Float64Array, scale: Scale, clusters?: Uint32Array): MetricSummary {
  const estimate = estimateMean(values, clusters);
  const interval = skewedMeanInterval(values, clusters);
  return {
    ...headOf(estimate, values, scale),
    stderr: estimate?.stderr ?? null,
    ci95: interval && clipped(interval, scale.range),
  };
}

/**
 * Summarises times: their mean and percentiles. There is no interval, because times are skewed and their tail
 * matters most.
 */
export function times(values: Float64Array, scale: Scale): MetricSummary {
  const ascending = values.toSorted();
  return {
    ...headOf(estimateMean(values), values, scale),
    p50: percentile(ascending, 50),
    p95: percentile(ascending, 95),
    p99: percentile(ascending, 99),
  };
}

/** Summarises amounts: their mean and their sum. */
export function total(values: Float64Array, scale: Scale): MetricSummary {
  return {
    ...headOf(estimateMean(values), values, scale),
    total: values.length === 0 ? null : sum(values),
  };
}

function headOf(estimate: MeanEstimate | null, values: Float64Array, { unit, better }: Scale): MetricSummary {
  return { value: estimate?.value ?? null, n: values.length, unit, better };
}

function clipped([lower, upper]: Interval, [lowest, highest]: Scale["range"]): Interval {
  return [Math.max(lower, lowest ?? -Infinity), Math.min(upper, highest ?? Infinity)];
}
