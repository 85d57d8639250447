import { ProviderError } from "../../providers/provider.ts";

/** Failures after each other, without an answer between them, from which on an account counts as down. */
const FAILURES_MAX = 10;
/** How long an account that is down is not asked: it doubles with each trial call that fails. */
const FIRST_REST_MS = 1_000;
const REST_MAX_MS = 30_000;
/** How long an account with a refused key, or without credit, is not asked if there are others. */
const REFUSED_REST_MS = 600_000;
/** The same for an account at its rate limit, if the provider does not say how long. */
const LIMITED_REST_MS = 2_000;
/** The same for an account whose call failed. */
const FAILED_REST_MS = 1_000;

const DOWN: ReadonlySet<string> = new Set(["unreachable", "server_error", "overloaded"]);

/** How an account of a provider has answered lately. Times are milliseconds by `performance.now()`. */
export interface AccountHealth {
  /** Milliseconds until the account should be asked again, if another one can be asked meanwhile; 0 if now. */
  restLeft(): number;
  /** Milliseconds until an account that is down gets its next trial call; 0 if it may be asked now. */
  downLeft(): number;
  /** The last failure of an account that is down. */
  readonly last: ProviderError | undefined;
  /** Notes that a call begins: of an account that is down, it is the trial call, and others wait for its end. */
  begin(): void;
  /** Notes how a call ended: without a failure, with one of the provider, or with anything else. */
  end(failure?: unknown): void;
}

/** Returns how long an account rests after a failure, so that others are asked first; 0 if the fault is not its own. */
function restOf({ reason, retryable, retry_after_ms }: ProviderError): number {
  if (reason === "authentication") return REFUSED_REST_MS;
  if (DOWN.has(reason)) return retry_after_ms ?? FAILED_REST_MS;
  if (reason !== "rate_limited") return 0;
  return retryable ? (retry_after_ms ?? LIMITED_REST_MS) : REFUSED_REST_MS;
}

/**
 * Creates a circuit breaker (Nygard, "Release It!", 2007): after ten failures in a row the account is not asked for a
 * second, then one call tries it; each failed trial doubles the pause, up to half a minute.
 */
export function createAccountHealth(now = () => performance.now()): AccountHealth {
  let failures = 0;
  let pause_ms = 0;
  let down_until = 0;
  let rests_until = 0;
  let last: ProviderError | undefined;
  let trial = false;

  const isDown = () => failures >= FAILURES_MAX;

  function recover(): void {
    failures = 0;
    pause_ms = 0;
    last = undefined;
  }

  function fail(failure: ProviderError): void {
    failures++;
    last = failure;
    if (!isDown() || now() < down_until) return;
    pause_ms = Math.min(REST_MAX_MS, pause_ms === 0 ? FIRST_REST_MS : pause_ms * 2);
    down_until = now() + pause_ms;
  }

  return {
    restLeft: () => Math.max(0, rests_until - now()),
    downLeft() {
      if (!isDown()) return 0;
      // While a call tries the account, others wait for its verdict.
      return Math.max(trial ? 1 : 0, down_until - now());
    },
    get last() {
      return last;
    },
    begin() {
      if (isDown()) trial = true;
    },
    end(failure) {
      trial = false;
      if (failure === undefined) return recover();
      if (!(failure instanceof ProviderError) || failure.reason === "cancelled") return;
      rests_until = Math.max(rests_until, now() + restOf(failure));
      if (DOWN.has(failure.reason)) fail(failure);
      // An account that refuses a call is not down.
      else if (failure.reason !== "timeout") recover();
    },
  };
}
