import { abortedError } from "../../providers/failures.ts";
import { ProviderError } from "../../providers/provider.ts";

/** How long a call may take, in milliseconds, in all and between its steps. */
export interface TimeLimits {
  /**
   * Until the provider begins to answer a streamed call, which may be long after the connection is there: Azure sends
   * nothing while a model thinks, and Ollama nothing while it loads one and loads it no further for who hangs up.
   */
  connect_ms: number;
  /** From there until the first piece of a streamed answer. */
  first_token_ms: number;
  /** Between two pieces of a streamed answer. */
  idle_ms: number;
  /** In all, retries included. */
  total_ms: number;
}

export const TIME_LIMITS: TimeLimits = {
  connect_ms: 60_000,
  first_token_ms: 60_000,
  idle_ms: 30_000,
  total_ms: 600_000,
};

/** Who says how long the whole may take says so of every step of it, too. */
export const limitedTo = (timeout_ms: number | undefined): Partial<TimeLimits> =>
  timeout_ms === undefined
    ? {}
    : { connect_ms: timeout_ms, first_token_ms: timeout_ms, idle_ms: timeout_ms, total_ms: timeout_ms };

/** The clocks of one call. The signal fires with a ProviderError: `timeout`, or `cancelled` by the caller. */
export interface Deadlines {
  /** Fires when the call is over: its time, or that of one of its steps, has run out, or the caller has left. */
  readonly signal: AbortSignal;
  /** Milliseconds of the total that are left. */
  left(): number;
  /** Starts the clock of the next step, in place of the last one's. */
  step(name: "connect" | "first_token" | "idle"): void;
  /** Stops the step's clock: what takes its time now is not the provider. */
  pause(): void;
  /** Stops the clock of the whole call until `resume`: waiting for a place is not what it measures. */
  hold(): void;
  resume(): void;
  /** Stops all clocks. */
  end(): void;
}

const WORDS = {
  connect: "The provider did not begin to answer",
  first_token: "The first token did not come",
  idle: "The stream fell silent: nothing came",
  total: "The answer was not complete",
};

/** Starts the clock of the whole call. */
export function startDeadlines(provider: string, limits: TimeLimits, outer?: AbortSignal): Deadlines {
  const whole = new AbortController();
  let left_ms = limits.total_ms;
  let since: number | undefined;
  let total: Timer | undefined;
  let current: Timer | undefined;

  const late = (name: keyof typeof WORDS, limit_ms: number) =>
    // Never worth another try: whoever is silent may be at work, which would be paid for again.
    new ProviderError(provider, "timeout", `${WORDS[name]} within ${Math.round(limit_ms)} ms.`);
  const follow = () => outer && whole.abort(abortedError(provider, outer));
  const left = () => (since === undefined ? left_ms : left_ms - (performance.now() - since));

  function resume(): void {
    since = performance.now();
    total = setTimeout(() => whole.abort(late("total", limits.total_ms)), left_ms);
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
      current = setTimeout(() => whole.abort(late(name, limit_ms)), limit_ms);
    },
    pause: () => clearTimeout(current),
    end() {
      clearTimeout(total);
      clearTimeout(current);
      outer?.removeEventListener("abort", follow);
    },
  };
}
