import type { Interval } from "./interval.ts";

/**
 * Returns worst-case bounds of the mean: all unscored trials at the lowest, or at the highest, value (Manski's
 * bounds; Horowitz & Manski, JASA 95, 2000). `total` is the sum of the scored values. Null without trials.
 */
export function boundsWithUnscored(
  { total, scored, unscored }: { total: number; scored: number; unscored: number },
  [lowest, highest]: Interval,
): Interval | null {
  const count = scored + unscored;
  return count === 0 ? null : [(total + unscored * lowest) / count, (total + unscored * highest) / count];
}
