import { setTimeout as sleep } from "node:timers/promises";
import { ProviderError } from "../../providers/provider.ts";

const RETRIES_MAX = 3;
const BASE_MS = 500;
const CAP_MS = 20_000;
/** A longer wait is not made: the caller receives the failure, with the time to come back. */
const WAIT_MAX_MS = 120_000;

/** How a call of a batch waits for a provider's rate limit: its trials must be made, however long that takes. */
const BATCH = { base_ms: 1_000, cap_ms: 60_000, wait_max_ms: 1_800_000, unsaid_max_ms: 300_000 };

export interface RetryOptions {
  /** Ends a wait, with the signal's reason. */
  signal: AbortSignal;
  /** Returns the milliseconds that are left. A wait that would outlast them is not begun. */
  left(): number;
  /** Returns a number that is uniform in [0, 1). */
  random?: () => number;
  /**
   * For a call that waits out rate limits: stops and restarts the clock of the call around such a wait. Left out for a
   * caller that needs its answer soon.
   */
  clock?: { hold(): void; resume(): void } | undefined;
}

/**
 * Returns the milliseconds to wait before the next attempt. Without a time from the provider it is "full jitter":
 * uniform between 0 and min(cap, base · 2^attempt) (Brooker, "Exponential backoff and jitter", AWS 2015). With one, it
 * is that time plus a tenth of the jitter.
 */
export function waitBefore(
  attempt: number,
  error: ProviderError,
  { random, base_ms = BASE_MS, cap_ms = CAP_MS }: { random: () => number; base_ms?: number; cap_ms?: number },
): number {
  const jitter = random() * Math.min(cap_ms, base_ms * 2 ** attempt);
  return error.retry_after_ms === undefined ? jitter : error.retry_after_ms + jitter / 10;
}

async function pause(wait_ms: number, signal: AbortSignal): Promise<void> {
  await sleep(wait_ms, undefined, { signal }).catch(() => {
    throw signal.reason;
  });
}

/**
 * Creates the waits of one call for the provider's rate limit: as long as the provider asks, up to half an hour; if it
 * does not say, with growing patience for five minutes in all.
 */
function createRateWaits({ signal, random = Math.random, clock }: RetryOptions) {
  let waits = 0;
  let unsaid_ms = 0;
  return {
    /** Waits before the next attempt. Returns false, without a wait, if the limit will not pass in time. */
    async wait(error: ProviderError): Promise<boolean> {
      const wait_ms = waitBefore(waits, error, { random, ...BATCH });
      if (error.retry_after_ms === undefined) unsaid_ms += wait_ms;
      if (wait_ms > BATCH.wait_max_ms || unsaid_ms > BATCH.unsaid_max_ms) return false;
      waits++;
      clock?.hold();
      try {
        await pause(wait_ms, signal);
      } finally {
        clock?.resume();
      }
      return true;
    },
  };
}

/**
 * Repeats an attempt after a failure that may pass, at most three times and not beyond the time that is left. A call of
 * a batch also waits out the provider's rate limit. Throws the last failure unchanged.
 */
export async function withRetries<Result>(
  attempt: () => Promise<Result>,
  options: RetryOptions,
): Promise<Result> {
  const { signal, left, random = Math.random } = options;
  const rate = createRateWaits(options);
  for (let retries = 0; ; ) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ProviderError) || !error.retryable) throw error;
      if (options.clock && error.reason === "rate_limited") {
        if (await rate.wait(error)) continue;
        throw error;
      }
      const wait_ms = waitBefore(retries, error, { random });
      if (retries++ >= RETRIES_MAX || wait_ms >= Math.min(WAIT_MAX_MS, left())) throw error;
      await pause(wait_ms, signal);
    }
  }
}
