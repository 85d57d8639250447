/**
 * Returns a percentile of ascending values, interpolated linearly between the two nearest ranks, as
 * `numpy.percentile` does by default (Hyndman & Fan's definition 7). Null without values; throws RangeError if
 * `percent` is outside 0 to 100.
 */
export function percentile(ascending: Float64Array, percent: number): number | null {
  if (!(percent >= 0 && percent <= 100))
    throw new RangeError(`percent is ${percent}; it must be from 0 to 100`);
  const rank = (ascending.length - 1) * (percent / 100);
  const lower = ascending[Math.floor(rank)];
  const upper = ascending[Math.ceil(rank)];
  if (lower === undefined || upper === undefined) return null;
  const share = rank - Math.floor(rank);
  // numpy counts from the nearer end, which keeps the result between the two values and monotonic in percent.
  return share < 0.5 ? lower + (upper - lower) * share : upper - (upper - lower) * (1 - share);
}
