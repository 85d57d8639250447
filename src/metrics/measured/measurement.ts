import type { Score } from "../metric.ts";

/** A figure that was measured beside the answer; null with the given reason where it was not, or is no amount. */
export function scoreMeasurement(value: number | null | undefined, reason: string): Score {
  if (value === null || value === undefined) return { value: null, reason };
  return Number.isFinite(value) && value >= 0 ? { value } : { value: null, reason: `${value} is no amount` };
}
