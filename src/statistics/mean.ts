import { clusterSums } from "./clusters.ts";

/** A sample's mean and the standard error of that mean; the latter is null where there is but one independent value. */
export interface MeanEstimate {
  readonly value: number;
  readonly stderr: number | null;
  /** How many values, or clusters of them, are independent of each other. */
  readonly independent: number;
}

/**
 * Mean, and standard error sd / √n with the sample's standard deviation (n − 1), in two passes.
 * The same stderr as lm-evaluation-harness' `mean_stderr`. Null where there are no values.
 *
 * With `clusters` (the cluster of each value, such as the sample that several trials repeat) the standard error is
 * √(C / (C − 1) · Σ_c (Σ_{i in c} (s_i − s̄))²) / n over C clusters: Miller, "Adding error bars to evals",
 * arXiv 2411.00640, with the correction for few clusters that inspect_ai and statsmodels make. Where each value is
 * a cluster of its own, that is the same.
 */
export function estimateMean(values: Float64Array, clusters?: Uint32Array): MeanEstimate | null {
  const count = values.length;
  if (count === 0) return null;
  const value = sum(values) / count;
  const each = values.map((one) => one - value);
  const deviations = clusters ? clusterSums(each, clusters).sums : each;
  const independent = deviations.length;
  if (independent === 1) return { value, stderr: null, independent };
  let squares = 0;
  for (let index = 0; index < independent; index++) squares += deviations[index]! ** 2;
  return { value, stderr: Math.sqrt((squares * independent) / (independent - 1)) / count, independent };
}

/** The sum with Neumaier's compensation: its error does not grow with the number of values. */
export function sum(values: Float64Array): number {
  let total = 0;
  let lost = 0;
  for (let index = 0; index < values.length; index++) {
    const each = values[index]!;
    const next = total + each;
    lost += Math.abs(total) >= Math.abs(each) ? total - next + each : each - next + total;
    total = next;
  }
  return total + lost;
}
