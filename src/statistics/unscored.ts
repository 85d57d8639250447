import type { Interval } from "./interval.ts";

/**
 * Between which ends a mean would lie had the unscored trials been scored: all with the lowest value, or all with the
 * highest (Manski's worst-case bounds; Horowitz & Manski, JASA 95, 2000). Null where no trial is known of at all.
 */
export function boundsWithUnscored(
  total: number,
  scored: number,
  unscored: number,
  [lowest, highest]: Interval,
): Interval | null {
  const count = scored + unscored;
  return count === 0 ? null : [(total + unscored * lowest) / count, (total + unscored * highest) / count];
}
