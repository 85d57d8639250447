import { setTimeout as sleep } from "node:timers/promises";
import { type Provider, ProviderError } from "../../providers/provider.ts";
import type { AccountHealth } from "./account-health.ts";
import type { Lane } from "./lanes.ts";
import type { Priority } from "./queue.ts";

/** One account of a provider, the queue before it, and how it answers for the model that is called. */
export interface AccountLane {
  account: Provider;
  lane: Lane;
  health: AccountHealth;
}

/** How long a batch's call waits at most for an account that is down before it asks in any case. */
const BATCH_WAIT_MAX_MS = 5_000;

/** Failures after which another account may answer. */
const PASSED_ON: ReadonlySet<string> = new Set([
  "rate_limited",
  "authentication",
  "overloaded",
  "unreachable",
  "server_error",
]);

const isAvailable = ({ health }: AccountLane): boolean => health.restLeft() === 0 && health.downLeft() === 0;

const least = (lanes: readonly AccountLane[], weigh: (lane: AccountLane) => number): AccountLane =>
  lanes.reduce((best, lane) => (weigh(lane) < weigh(best) ? lane : best));

/** The key of the lane of an account: the provider's name alone for the first one. */
const laneKey = (name: string, index: number): string => (index === 0 ? name : `${name}#${index + 1}`);

/** Returns the refusal of a call to a provider that is down, in place of another attempt. */
function downError({ account, health }: AccountLane, left_ms: number): ProviderError {
  const { name } = account.listing;
  const { reason = "unreachable", status, message = "" } = health.last ?? {};
  const seconds = Math.ceil(left_ms / 1000);
  return new ProviderError(
    name,
    reason,
    `'${name}' was not asked, because its last calls failed. It is tried again in ${seconds} s. The last error: ${message}`,
    { retry_after_ms: left_ms, ...(status === undefined ? {} : { status }) },
  );
}

/** Chooses between the accounts of a provider. */
export function createAccounts(laneOf: (key: string) => Lane) {
  const accountsOf = ({ listing: { name }, accounts }: Provider, model: string): AccountLane[] =>
    (accounts ?? []).map((account, index) => {
      const lane = laneOf(laneKey(name, index));
      return { account, lane, health: lane.healthOf(model) };
    });

  /** Returns the least loaded account that does not rest; if all rest, the one that rests shortest. */
  function choose(provider: Provider, model: string): AccountLane {
    if (!provider.accounts) {
      const lane = laneOf(provider.listing.name);
      return { account: provider, lane, health: lane.healthOf(model) };
    }
    const all = accountsOf(provider, model);
    const available = all.filter(isAvailable);
    if (available.length > 0) return least(available, ({ lane }) => lane.load());
    return least(all, ({ health }) => health.restLeft() + health.downLeft());
  }

  return {
    choose,
    /**
     * Returns undefined if the account may be asked now. If the provider is down, throws its last failure for an
     * interactive call, and returns the wait of a batch's call, which asks in any case after it.
     */
    admit(chosen: AccountLane, priority: Priority, signal: AbortSignal): Promise<void> | undefined {
      // Embedded models fail only as they are asked to.
      if (chosen.account.listing.kind === "embedded") return undefined;
      const left_ms = chosen.health.downLeft();
      if (left_ms === 0) return undefined;
      if (priority === "interactive") throw downError(chosen, left_ms);
      return sleep(Math.min(left_ms, BATCH_WAIT_MAX_MS), undefined, { signal }).catch(() => {
        throw signal.reason;
      });
    },
    /** Whether the call can be passed on at once to another account after this failure. */
    hasAnother: (provider: Provider, model: string, failure: unknown): boolean =>
      failure instanceof ProviderError &&
      PASSED_ON.has(failure.reason) &&
      accountsOf(provider, model).some(isAvailable),
    /** Returns how many calls of all accounts together may be under way now, and at most. */
    limitsOf({ listing: { name }, accounts }: Provider): { now: number; max: number } {
      const keys = accounts?.map((_, index) => laneKey(name, index)) ?? [name];
      const limits = keys.map((key) => laneOf(key).limit);
      return {
        now: limits.reduce((sum, { value }) => sum + value, 0),
        max: limits.reduce((sum, { max }) => sum + max, 0),
      };
    },
  };
}

export type Accounts = ReturnType<typeof createAccounts>;
