import { type Provider, ProviderError } from "../../providers/provider.ts";
import { type Deadlines, startDeadlines, TIME_LIMITS } from "./deadlines.ts";
import type { Slot } from "./lanes.ts";
import type { Guard } from "./ledger.ts";
import type { CallPolicy, CallTimes, CallTools } from "./model-call.ts";

/** A call that is being made: its clocks, and how long its attempts have taken. */
export interface CallState {
  provider: Provider;
  policy: CallPolicy;
  deadlines: Deadlines;
  times: CallTimes;
  /** How many attempts have asked for a slot. */
  attempts: number;
}

/** Starts the clocks of a call. */
export function beginCall(provider: Provider, policy: CallPolicy): CallState {
  const limits = { ...TIME_LIMITS, ...policy.limits };
  const deadlines = startDeadlines(provider.listing.name, limits, policy.signal);
  const times = { latency_ms: null, ttft_ms: null, queue_ms: 0, retries: 0 };
  return { provider, policy, deadlines, times, attempts: 0 };
}

/** A slot whose attempt may have cost something, even if it fails. */
const guardedSlot = (slot: Slot, guard: Guard): Slot => ({
  ...slot,
  end(failure) {
    slot.end(failure);
    if (failure !== undefined) guard.failed(failure);
  },
});

/** A time-out in the queue says that the provider was not asked. */
const queueError = (error: unknown): unknown =>
  error instanceof ProviderError && error.reason === "timeout"
    ? new ProviderError(
        error.provider,
        "timeout",
        `The call was not sent: no slot for '${error.provider}' came free in time. ${error.message}`,
      )
    : error;

/** Makes single attempts at calls, each in a slot of the provider's lane. */
export function createAttempt({ laneOf, prometheus }: Pick<CallTools, "laneOf" | "prometheus">) {
  /** Waits in the lane. Adds the wait to `queue_ms`; the clock of a batch's call stands still meanwhile. */
  async function queue({ provider, policy, deadlines, times }: CallState): Promise<Slot> {
    const { priority = "interactive" } = policy;
    const queued_at = performance.now();
    try {
      return await laneOf(provider.listing.name).take(priority, deadlines.signal);
    } finally {
      if (priority === "batch") deadlines.resume();
      times.queue_ms += performance.now() - queued_at;
    }
  }

  async function takeSlot(state: CallState): Promise<Slot> {
    const { provider, policy, deadlines, times } = state;
    const { guard } = policy;
    times.retries = state.attempts++;
    const loading = provider.load?.();
    if (loading) await loading;
    // The trials of a benchmark wait for each other: however long that takes, they must be made.
    if (policy.priority === "batch") deadlines.hold();
    // The money first: a call that has a slot waits for nothing but the provider.
    if (guard) await guard.take(deadlines.signal);
    try {
      const slot = await queue(state);
      return guard ? guardedSlot(slot, guard) : slot;
    } catch (error) {
      guard?.unsent();
      throw queueError(error);
    }
  }

  /** Ends an attempt: gives its slot back, reports to the lane how it went, and counts it. */
  function close({ provider, times }: CallState, slot: Slot, failure?: unknown): void {
    times.latency_ms = performance.now() - slot.started_at;
    slot.end(failure);
    const reason = failure instanceof ProviderError ? failure.reason : "aborted";
    prometheus.provider_calls.inc({
      provider: provider.listing.name,
      result: failure === undefined ? "ok" : reason,
    });
  }

  /** Makes one attempt at a call that is answered in one piece. */
  async function askOnce<Answer>(
    state: CallState,
    ask: (signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer> {
    const slot = await takeSlot(state);
    try {
      const answer = await ask(state.deadlines.signal);
      close(state, slot);
      return answer;
    } catch (error) {
      close(state, slot, error);
      throw error;
    }
  }

  return { takeSlot, close, askOnce };
}

export type Attempt = ReturnType<typeof createAttempt>;
