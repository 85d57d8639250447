import type { Score } from "../metric.ts";

export const NOT_MEASURED = "no time was measured: the answer came from the request or from a cache";

/**
 * Returns a measured figure as a score; null with the given reason if it is missing, or if it is negative or not
 * finite.
 */
export function scoreMeasurement(value: number | null | undefined, reason: string): Score {
  if (value === null || value === undefined) return { value: null, reason };
  return Number.isFinite(value) && value >= 0
    ? { value }
    : { value: null, reason: `the measured value ${value} is not a finite number of at least 0` };
}
