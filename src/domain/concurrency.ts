/** Between how many calls at once a provider's limit moves, and where it begins. */
export interface ConcurrencyBounds {
  min: number;
  max: number;
  start: number;
}

const START = 20;

/** A limit that is found out by trying, beginning with 20. */
export const between = (min: number, max: number): ConcurrencyBounds => ({
  min,
  max,
  start: Math.min(max, Math.max(min, START)),
});

/** A limit that stays where it is. */
export const exactly = (limit: number): ConcurrencyBounds => ({ min: limit, max: limit, start: limit });
