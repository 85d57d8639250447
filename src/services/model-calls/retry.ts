import { setTimeout as sleep } from "node:timers/promises";
import { ProviderError } from "../../providers/provider.ts";

const RETRIES_MAX = 3;
const BASE_MS = 500;
const CAP_MS = 20_000;
/** A longer wait is not made: the caller receives the failure, with the time to come back. */
const WAIT_MAX_MS = 120_000;

export interface RetryOptions {
  /** Ends a wait, with the signal's reason. */
  signal: AbortSignal;
  /** Returns the milliseconds that are left. A wait that would outlast them is not begun. */
  left(): number;
  /** Returns a number that is uniform in [0, 1). */
  random?: () => number;
}

/**
 * Returns the milliseconds to wait before the next attempt. Without a time from the provider it is "full jitter":
 * uniform between 0 and min(cap, base · 2^attempt) (Brooker, "Exponential backoff and jitter", AWS 2015). With one, it
 * is that time plus a tenth of the jitter.
 */
export function waitBefore(attempt: number, error: ProviderError, random: () => number): number {
  const jitter = random() * Math.min(CAP_MS, BASE_MS * 2 ** attempt);
  return error.retry_after_ms === undefined ? jitter : error.retry_after_ms + jitter / 10;
}

/**
 * Repeats an attempt after a failure that may pass, at most three times and not beyond the time that is left.
 * Throws the last failure unchanged.
 */
export async function withRetries<Result>(
  attempt: () => Promise<Result>,
  { signal, left, random = Math.random }: RetryOptions,
): Promise<Result> {
  for (let retries = 0; ; retries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ProviderError) || !error.retryable || retries >= RETRIES_MAX) throw error;
      const wait_ms = waitBefore(retries, error, random);
      if (wait_ms >= Math.min(WAIT_MAX_MS, left())) throw error;
      await sleep(wait_ms, undefined, { signal }).catch(() => {
        throw signal.reason;
      });
    }
  }
}
