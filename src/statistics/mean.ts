/** A sample's mean and the standard error of that mean; the latter is null where there is but one value. */
export interface MeanEstimate {
  readonly value: number;
  readonly stderr: number | null;
}

/**
 * Mean, and standard error sd / √n with the sample's standard deviation (n − 1), in two passes.
 * The same stderr as lm-evaluation-harness' `mean_stderr`. Null where there are no values.
 */
export function estimateMean(values: Float64Array): MeanEstimate | null {
  const count = values.length;
  if (count === 0) return null;
  const value = sum(values) / count;
  if (count === 1) return { value, stderr: null };
  let squares = 0;
  for (const each of values) squares += (each - value) ** 2;
  return { value, stderr: Math.sqrt(squares / (count - 1) / count) };
}

/** The sum with Neumaier's compensation: its error does not grow with the number of values. */
export function sum(values: Float64Array): number {
  let total = 0;
  let lost = 0;
  for (const each of values) {
    const next = total + each;
    lost += Math.abs(total) >= Math.abs(each) ? total - next + each : each - next + total;
    total = next;
  }
  return total + lost;
}
