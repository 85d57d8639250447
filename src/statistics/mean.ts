import { clusterSums } from "./clusters.ts";

/** The mean of a sample and its standard error, which is null for a single independent value. */
export interface MeanEstimate {
  readonly value: number;
  readonly stderr: number | null;
  /** The number of independent values, or of clusters. */
  readonly independent: number;
}

/**
 * Returns the mean and its standard error sd / √n, with the sample's standard deviation (n − 1), in two passes. The
 * standard error is that of lm-evaluation-harness' `mean_stderr`. Null without values.
 *
 * With `clusters` (the cluster of each value, such as the sample that several trials repeat), the standard error is
 * √(C / (C − 1) · Σ_c (Σ_{i in c} (s_i − s̄))²) / n over C clusters: Miller, "Adding error bars to evals", arXiv
 * 2411.00640, with the correction for few clusters of inspect_ai and statsmodels. If each value is its own cluster,
 * both formulas agree.
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

/** Returns the sum with Neumaier's compensation: its error does not grow with the number of values. */
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
