import { type Provider, ProviderError } from "../../providers/provider.ts";
import type { AccountHealth } from "./account-health.ts";
import type { Accounts } from "./accounts.ts";
import { type Deadlines, startDeadlines, TIME_LIMITS } from "./deadlines.ts";
import type { Slot } from "./lanes.ts";
import type { Guard } from "./ledger.ts";
import type { CallPolicy, CallTimes, CallTools } from "./model-call.ts";

/** A call that is being made: its clocks, and how long its attempts have taken. */
export interface CallState {
  provider: Provider;
  model: string;
  policy: CallPolicy;
  deadlines: Deadlines;
  times: CallTimes;
  /** How many attempts have asked for a slot. */
  attempts: number;
}

/** A slot, and the account of the provider that is asked in it. */
export interface AccountSlot extends Slot {
  account: Provider;
}

/** Starts the clocks of a call. */
export function beginCall(provider: Provider, model: string, policy: CallPolicy): CallState {
  const limits = { ...TIME_LIMITS, ...policy.limits };
  const deadlines = startDeadlines(provider.listing.name, limits, policy.signal);
  const times = { latency_ms: null, ttft_ms: null, queue_ms: 0, retries: 0 };
  return { provider, model, policy, deadlines, times, attempts: 0 };
}

/** A slot whose attempt may have cost something, even if it fails. */
const guardedSlot = (slot: Slot, guard: Guard): Slot => ({
  ...slot,
  end(failure) {
    slot.end(failure);
    if (failure !== undefined) guard.failed(failure);
  },
});

/** A slot whose end is noted in the account's health. */
function observedSlot(slot: Slot, health: AccountHealth): Slot {
  let open = true;
  health.begin();
  return {
    ...slot,
    end(failure) {
      if (open) health.end(failure);
      open = false;
      slot.end(failure);
    },
  };
}

/** A time-out in the queue says that the provider was not asked. */
const queueError = (error: unknown): unknown =>
  error instanceof ProviderError && error.reason === "timeout"
    ? new ProviderError(
        error.provider,
        "timeout",
        `The call was not sent: no slot for '${error.provider}' came free in time. ${error.message}`,
      )
    : error;

/** Calls one account of the provider. */
export type AskAccount<Answer> = (account: Provider, signal: AbortSignal) => Promise<Answer>;

/** Makes single attempts at calls, each in a slot of the provider's lane. */
export function createAttempt({
  accounts,
  prometheus,
}: Pick<CallTools, "prometheus"> & { accounts: Accounts }) {
  /**
   * Waits in the lane of the account that is asked. Adds the wait to `queue_ms`; the clock of a batch's call stands still
   * meanwhile.
   */
  async function queue({ provider, model, policy, deadlines, times }: CallState): Promise<AccountSlot> {
    const { priority = "interactive" } = policy;
    const queued_at = performance.now();
    try {
      const { account, lane, health } = accounts.choose(provider, model);
      const wait = accounts.admit({ account, lane, health }, priority, deadlines.signal);
      if (wait) await wait;
      return { ...observedSlot(await lane.take(priority, deadlines.signal), health), account };
    } finally {
      if (priority === "batch") deadlines.resume();
      times.queue_ms += performance.now() - queued_at;
    }
  }

  async function takeSlot(state: CallState): Promise<AccountSlot> {
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
      return guard ? { ...slot, ...guardedSlot(slot, guard) } : slot;
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

  /** Makes an attempt with one account after the other, until one answers or none is left that may be asked. */
  async function withAccounts<Result>(state: CallState, attempt: () => Promise<Result>): Promise<Result> {
    // Each account rests after its failure, so that this ends; the bound is for failures of other calls meanwhile.
    for (let left = (state.provider.accounts?.length ?? 1) - 1; ; left--) {
      try {
        return await attempt();
      } catch (error) {
        if (left <= 0 || !accounts.hasAnother(state.provider, state.model, error)) throw error;
      }
    }
  }

  /** Makes one attempt at a call that is answered in one piece. */
  async function askAccount<Answer>(state: CallState, ask: AskAccount<Answer>): Promise<Answer> {
    const slot = await takeSlot(state);
    try {
      const answer = await ask(slot.account, state.deadlines.signal);
      close(state, slot);
      return answer;
    } catch (error) {
      close(state, slot, error);
      throw error;
    }
  }

  return {
    takeSlot,
    close,
    withAccounts,
    /** Makes one attempt at a call that is answered in one piece, with each account that may be asked. */
    askOnce: <Answer>(state: CallState, ask: AskAccount<Answer>): Promise<Answer> =>
      withAccounts(state, () => askAccount(state, ask)),
  };
}

export type Attempt = ReturnType<typeof createAttempt>;
