import type { ConcurrencyBounds } from "../../domain/concurrency.ts";

/** How many calls a provider bears at once, found out by trying. */
export interface AdaptiveLimit {
  readonly value: number;
  readonly max: number;
  /** A call ended well; with it, `in_flight` calls were under way. */
  succeeded(in_flight: number): void;
  /** A call that began at that moment (`performance.now()`) met 429 or 503. */
  overloaded(started_at: number): void;
}

/** Successes per step while the limit climbs back to where the provider was known to keep up. */
const RECOVERY_STEP = 2;
/** Rounds of a full limit without trouble before one more than was ever borne is tried again. */
const PROBE_ROUNDS = 10;

/**
 * Additive increase, multiplicative decrease (Chiu & Jain 1989), with CUBIC's memory (RFC 9438): after trouble the
 * limit is halved, climbs back quickly to just below where the trouble was, and stays there for a while. Plain
 * halving and creeping would use three quarters of what the provider can do.
 */
export function createAdaptiveLimit({ min, max, start }: ConcurrencyBounds): AdaptiveLimit {
  let value = Math.min(max, Math.max(min, start));
  /** The most that is known to be borne; unknown until there was trouble. */
  let known = Number.POSITIVE_INFINITY;
  let successes = 0;
  let halved_at = Number.NEGATIVE_INFINITY;

  function neededForNext(): number {
    if (value < known) return known === Number.POSITIVE_INFINITY ? value : RECOVERY_STEP;
    return value * PROBE_ROUNDS;
  }

  return {
    max,
    get value() {
      return value;
    },
    succeeded(in_flight) {
      // A limit that is not used up says nothing about what the provider would bear.
      if (in_flight < value || value >= max) return;
      if (++successes < neededForNext()) return;
      successes = 0;
      value++;
    },
    overloaded(started_at) {
      // Calls that were under way when the limit was halved tell of the old one.
      if (started_at < halved_at) return;
      known = Math.max(min, value - 1);
      value = Math.max(min, Math.floor(value / 2));
      successes = 0;
      halved_at = performance.now();
    },
  };
}
