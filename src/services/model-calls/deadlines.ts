import { abortedError } from "../../providers/failures.ts";
import { ProviderError } from "../../providers/provider.ts";

/** How long a call and its steps may take, in milliseconds. */
export interface TimeLimits {
  /**
   * Until the provider begins to answer a streamed call. That may be long after the connection is open: Azure sends
   * nothing while a model thinks. Ollama sends nothing while it loads a model, and stops loading if the caller leaves.
   */
  connect_ms: number;
  /** From the beginning of a streamed answer until its first piece. */
  first_token_ms: number;
  /** Between two pieces of a streamed answer. */
  idle_ms: number;
  /** For the whole call, including its retries. */
  total_ms: number;
}

export const TIME_LIMITS: TimeLimits = {
  connect_ms: 60_000,
  first_token_ms: 60_000,
  idle_ms: 30_000,
  total_ms: 600_000,
};

/** Returns limits that apply `timeout_ms` to the whole call and to each of its steps. */
export const limitedTo = (timeout_ms: number | undefined): Partial<TimeLimits> =>
  timeout_ms === undefined
    ? {}
    : { connect_ms: timeout_ms, first_token_ms: timeout_ms, idle_ms: timeout_ms, total_ms: timeout_ms };

/** The clocks of one call. */
export interface Deadlines {
  /** Fires with a ProviderError: `timeout` if the call or a step took too long, `cancelled` if the caller left. */
  readonly signal: AbortSignal;
  /** Returns the milliseconds that are left of the total. */
  left(): number;
  /** Starts the clock of the next step and stops the clock of the previous one. */
  step(name: "connect" | "first_token" | "idle"): void;
  /** Stops the clock of the step while the call waits for something other than the provider. */
  pause(): void;
  /** Stops the clock of the whole call until `resume`, while the call waits for a slot. */
  hold(): void;
  resume(): void;
  /** Ends the call as `cancelled`, with a message for its caller. */
  cancel(message: string): void;
  /** Stops all clocks. */
  end(): void;
}

const TIMEOUT_MESSAGES = {
  connect: "The provider did not begin to answer",
  first_token: "The first token did not arrive",
  idle: "The stream stalled: no data arrived",
  total: "The answer was not complete",
};

/** Starts the clock of the whole call. */
export function startDeadlines(provider: string, limits: TimeLimits, outer?: AbortSignal): Deadlines {
  const whole = new AbortController();
  let left_ms = limits.total_ms;
  let since: number | undefined;
  let total: Timer | undefined;
  let current: Timer | undefined;

  const timeoutError = (name: keyof typeof TIMEOUT_MESSAGES, limit_ms: number) =>
    // Never retried: a silent provider may be at work, and a second attempt would be paid for again.
    new ProviderError(provider, "timeout", `${TIMEOUT_MESSAGES[name]} within ${Math.round(limit_ms)} ms.`);
  const follow = () => outer && whole.abort(abortedError(provider, outer));
  const left = () => (since === undefined ? left_ms : left_ms - (performance.now() - since));

  function resume(): void {
    since = performance.now();
    total = setTimeout(() => whole.abort(timeoutError("total", limits.total_ms)), left_ms);
  }
  function hold(): void {
    left_ms = left();
    since = undefined;
    clearTimeout(total);
  }

  resume();
  if (outer?.aborted) follow();
  else outer?.addEventListener("abort", follow, { once: true });

  return {
    signal: whole.signal,
    left,
    hold,
    resume,
    step(name) {
      clearTimeout(current);
      const limit_ms = limits[`${name}_ms`];
      current = setTimeout(() => whole.abort(timeoutError(name, limit_ms)), limit_ms);
    },
    pause: () => clearTimeout(current),
    cancel: (message) => whole.abort(new ProviderError(provider, "cancelled", message)),
    end() {
      clearTimeout(total);
      clearTimeout(current);
      outer?.removeEventListener("abort", follow);
    },
  };
}
