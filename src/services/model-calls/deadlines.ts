import { ProviderError } from "../../providers/provider.ts";

/** How long a call may take, in milliseconds, in all and between its steps. */
export interface TimeLimits {
  /** Until the provider begins to answer a streamed call. */
  connect_ms: number;
  /** From there until the first piece of a streamed answer. */
  first_token_ms: number;
  /** Between two pieces of a streamed answer. */
  idle_ms: number;
  /** In all, retries included. */
  total_ms: number;
}

export const TIME_LIMITS: TimeLimits = {
  connect_ms: 15_000,
  first_token_ms: 60_000,
  idle_ms: 30_000,
  total_ms: 120_000,
};

/** The clocks of one call. The signal fires with a ProviderError `timeout`, or with the caller's own reason. */
export interface Deadlines {
  readonly signal: AbortSignal;
  /** Milliseconds of the total that are left. */
  left(): number;
  /** Starts the clock of the next step, in place of the last one's. */
  step(name: "connect" | "first_token" | "idle"): void;
  /** Stops the step's clock: what takes its time now is not the provider. */
  pause(): void;
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
  const controller = new AbortController();
  const ends_at = performance.now() + limits.total_ms;
  let current: Timer | undefined;

  const late = (name: keyof typeof WORDS, limit_ms: number) => () =>
    controller.abort(
      new ProviderError(provider, "timeout", `${WORDS[name]} within ${limit_ms} ms.`, {
        retryable: name === "connect",
      }),
    );
  const follow = () => controller.abort(outer?.reason);
  const total = setTimeout(late("total", limits.total_ms), limits.total_ms);
  if (outer?.aborted) follow();
  else outer?.addEventListener("abort", follow, { once: true });

  return {
    signal: controller.signal,
    left: () => ends_at - performance.now(),
    step(name) {
      clearTimeout(current);
      const limit_ms = limits[`${name}_ms`];
      current = setTimeout(late(name, limit_ms), limit_ms);
    },
    pause: () => clearTimeout(current),
    end() {
      clearTimeout(total);
      clearTimeout(current);
      outer?.removeEventListener("abort", follow);
    },
  };
}
