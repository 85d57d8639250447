import type { ConcurrencyBounds } from "../../domain/concurrency.ts";

/** How many calls a provider accepts at once, found by trial. */
export interface AdaptiveLimit {
  readonly value: number;
  readonly max: number;
  /** Reports a call that succeeded; `in_flight` calls, including it, were under way. */
  succeeded(in_flight: number): void;
  /** Reports a call that began at `started_at` (`performance.now()`) and was refused with 429, 503 or 529. */
  overloaded(started_at: number): void;
}

/** Successes per step while the limit climbs back to a number that the provider is known to accept. */
const RECOVERY_STEP = 2;
/** Rounds at a full limit without a refusal before the limit exceeds the known maximum again. */
const PROBE_ROUNDS = 10;

/**
 * Adapts by additive increase and multiplicative decrease (Chiu & Jain 1989), with CUBIC's memory (RFC 9438). A refusal
 * halves the limit. It then climbs back quickly to just below the number that was refused, and stays there for a while.
 * Without that memory, three quarters of the provider's capacity would be used.
 */
export function createAdaptiveLimit({ min, max, start }: ConcurrencyBounds): AdaptiveLimit {
  let value = Math.min(max, Math.max(min, start));
  /** The highest limit that is known to be accepted; infinite until the first refusal. */
  let known_max = Number.POSITIVE_INFINITY;
  let successes = 0;
  let halved_at = Number.NEGATIVE_INFINITY;

  function neededForNext(): number {
    if (value < known_max) return known_max === Number.POSITIVE_INFINITY ? value : RECOVERY_STEP;
    return value * PROBE_ROUNDS;
  }

  return {
    max,
    get value() {
      return value;
    },
    succeeded(in_flight) {
      // A limit that is not reached says nothing about what the provider would accept.
      if (in_flight < value || value >= max) return;
      if (++successes < neededForNext()) return;
      successes = 0;
      value++;
    },
    overloaded(started_at) {
      // Calls that were under way when the limit was halved were refused because of the old limit.
      if (started_at < halved_at) return;
      known_max = Math.max(min, value - 1);
      value = Math.max(min, Math.floor(value / 2));
      successes = 0;
      halved_at = performance.now();
    },
  };
}
