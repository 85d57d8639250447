import { between, type ConcurrencyBounds } from "../../domain/concurrency.ts";
import { ProviderError } from "../../providers/provider.ts";
import { type AccountHealth, createAccountHealth } from "./account-health.ts";
import { type AdaptiveLimit, createAdaptiveLimit } from "./adaptive-limit.ts";
import { type CallQueue, createCallQueue, type Priority, QueueFull } from "./queue.ts";

/** The right to make one of the calls that a provider gets at once. */
export interface Slot {
  /** How long the caller waited for it, in milliseconds. */
  queue_ms: number;
  /** `performance.now()` when the slot was given. */
  started_at: number;
  /** Gives the slot back and reports how the call went. Only the first call has an effect. */
  end(failure?: unknown): void;
}

/** The limit and the queue before one account of a provider, shared by all its callers. */
export interface Lane {
  readonly limit: AdaptiveLimit;
  /** How the account answers for a model: rate limits and failures often concern one model alone. */
  healthOf(model: string): AccountHealth;
  /** Calls that are under way or wait, as a share of the limit. */
  load(): number;
  take(priority: Priority, signal: AbortSignal): Promise<Slot>;
}

/** How many interactive callers may wait for one provider. */
const WAITING_MAX = 500;
const COME_BACK_MS = 1_000;
/** Models whose health is remembered per account. */
const MODELS_MAX = 1_000;

/** The bounds for a provider without configured ones. */
const DEFAULT_BOUNDS = between(1, 100);

const isOverload = (failure: unknown): boolean =>
  failure instanceof ProviderError &&
  (failure.status === 429 || failure.status === 503 || failure.status === 529);

function createLane(name: string, bounds: ConcurrencyBounds): Lane {
  const limit = createAdaptiveLimit(bounds);
  const healths = new Map<string, AccountHealth>();

  function healthOf(model: string): AccountHealth {
    const known = healths.get(model);
    if (known) return known;
    const [oldest] = healths.keys();
    if (healths.size >= MODELS_MAX && oldest !== undefined) healths.delete(oldest);
    const health = createAccountHealth();
    healths.set(model, health);
    return health;
  }
  const queue: CallQueue = createCallQueue(() => limit.value, WAITING_MAX);

  async function enter(priority: Priority, signal: AbortSignal): Promise<() => void> {
    try {
      return await queue.take(priority, signal);
    } catch (error) {
      if (!(error instanceof QueueFull)) throw error;
      const message = `Too many calls to '${name}': ${WAITING_MAX} are waiting already. Try again in a second.`;
      throw new ProviderError(name, "overloaded", message, { retry_after_ms: COME_BACK_MS });
    }
  }

  return {
    limit,
    healthOf,
    load: () => (queue.taken + queue.waiting) / limit.value,
    async take(priority, signal) {
      const queued_at = performance.now();
      const release = await enter(priority, signal);
      const started_at = performance.now();
      return {
        queue_ms: started_at - queued_at,
        started_at,
        end(failure) {
          if (isOverload(failure)) limit.overloaded(started_at);
          else if (failure === undefined) limit.succeeded(queue.taken);
          release();
        },
      };
    },
  };
}

/**
 * Returns a function that finds a lane by its key: the provider's name, for a further account with `#` and its number.
 * Each account has the provider's bounds. A lane is created on its first use.
 */
export function createLanes(bounds: Readonly<Record<string, ConcurrencyBounds>>): (key: string) => Lane {
  const lanes = new Map<string, Lane>();
  return (key) => {
    const existing = lanes.get(key);
    if (existing) return existing;
    const [provider = key] = key.split("#", 1);
    const lane = createLane(provider, bounds[provider] ?? DEFAULT_BOUNDS);
    lanes.set(key, lane);
    return lane;
  };
}
