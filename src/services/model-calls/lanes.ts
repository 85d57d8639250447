import { between, type ConcurrencyBounds } from "../../domain/concurrency.ts";
import { ProviderError } from "../../providers/provider.ts";
import { type AdaptiveLimit, createAdaptiveLimit } from "./adaptive-limit.ts";
import { type CallQueue, createCallQueue, type Priority, QueueFull } from "./queue.ts";

/** A place among the calls of a provider that are under way. */
export interface Slot {
  /** Milliseconds waited for it. */
  queue_ms: number;
  /** `performance.now()` when it was given. */
  started_at: number;
  /** Gives it back, and says how the call went. Counts once. */
  end(failure?: unknown): void;
}

/** The way to one provider, shared by all who call it. */
export interface Lane {
  readonly limit: AdaptiveLimit;
  take(priority: Priority, signal: AbortSignal): Promise<Slot>;
}

/** Interactive callers that may wait for one provider. */
const WAITING_MAX = 500;
const COME_BACK_MS = 1_000;

/** Where nothing is configured. */
const DEFAULT_BOUNDS = between(1, 100);

const isOverload = (failure: unknown): boolean =>
  failure instanceof ProviderError &&
  (failure.status === 429 || failure.status === 503 || failure.status === 529);

function createLane(name: string, bounds: ConcurrencyBounds): Lane {
  const limit = createAdaptiveLimit(bounds);
  const queue: CallQueue = createCallQueue(() => limit.value, WAITING_MAX);

  async function enter(priority: Priority, signal: AbortSignal): Promise<() => void> {
    try {
      return await queue.take(priority, signal);
    } catch (error) {
      if (!(error instanceof QueueFull)) throw error;
      const message = `${WAITING_MAX} calls of '${name}' are waiting already.`;
      throw new ProviderError(name, "overloaded", message, { retry_after_ms: COME_BACK_MS });
    }
  }

  return {
    limit,
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

/** One lane a provider, made when it is first asked for. */
export function createLanes(bounds: Readonly<Record<string, ConcurrencyBounds>>): (provider: string) => Lane {
  const lanes = new Map<string, Lane>();
  return (provider) => {
    const known = lanes.get(provider);
    if (known) return known;
    const made = createLane(provider, bounds[provider] ?? DEFAULT_BOUNDS);
    lanes.set(provider, made);
    return made;
  };
}
