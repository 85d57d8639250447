/** The range in which a provider's limit of simultaneous calls adapts, and its first value. */
export interface ConcurrencyBounds {
  min: number;
  max: number;
  start: number;
}

const START = 20;

/** Returns the bounds of a limit that adapts between `min` and `max`, and begins at 20 or the nearest bound. */
export const between = (min: number, max: number): ConcurrencyBounds => ({
  min,
  max,
  start: Math.min(max, Math.max(min, START)),
});

/** Returns the bounds of a fixed limit. */
export const exactly = (limit: number): ConcurrencyBounds => ({ min: limit, max: limit, start: limit });
