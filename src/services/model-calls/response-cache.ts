import { canonicalJson, sha256 } from "../../base/hash.ts";
import { now } from "../../base/time.ts";
import { type CompletionRequest, type ProviderCompletion, ProviderError } from "../../providers/provider.ts";
import type { ResponseStore } from "../../store/responses.ts";

/** The duty to make an answer, for which others may be waiting. It is ended once: what comes after has no effect. */
export interface Lead {
  /** Stores the answer and gives it to those who wait. One that the provider gave up is nobody else's: they ask anew. */
  keep(completion: ProviderCompletion): Promise<void>;
  fail(error: unknown): void;
}

export interface ResponseCache {
  /**
   * The answer that was given to this before, or that is being given to somebody now; if there is none, the duty to
   * make it. Throws the leader's failure unless it was the leader's own, and the signal's reason if that fires first.
   */
  claim(key: string, signal: AbortSignal): Promise<{ known: ProviderCompletion } | { lead: Lead }>;
  /** The duty to make the answer anew, whatever is known. */
  lead(key: string): Lead;
}

/** Everything that shapes the answer goes into the key; how often the sample was asked before is part of the request. */
export const responseKey = (provider: string, request: CompletionRequest): string =>
  sha256(canonicalJson({ provider, ...request }));

/** The leader gave up for reasons of its own: those who waited must ask for themselves. */
const isOwnFault = (error: unknown): boolean =>
  !(error instanceof ProviderError) || error.reason === "cancelled" || error.reason === "timeout";

/** Settles as the promise does, or throws the signal's reason if that fires first. */
async function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const leave = () => reject(signal.reason);
  signal.addEventListener("abort", leave, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", leave);
  }
}

export function createResponseCache(store: ResponseStore): ResponseCache {
  const leading = new Map<string, Promise<ProviderCompletion>>();

  function lead(key: string): Lead {
    const { promise, resolve, reject } = Promise.withResolvers<ProviderCompletion>();
    // Whoever waits meets the failure; if nobody does, the leader has it.
    promise.catch(() => undefined);
    leading.set(key, promise);
    const end = () => {
      if (leading.get(key) === promise) leading.delete(key);
    };
    function fail(error: unknown): void {
      end();
      reject(error);
    }
    return {
      async keep(completion) {
        if (completion.finish_reason === "error") return fail("given up");
        await store.put({ key, completion, created_at: now() });
        end();
        resolve(completion);
      },
      fail,
    };
  }

  async function join(running: Promise<ProviderCompletion>, signal: AbortSignal) {
    try {
      return await unlessAborted(running, signal);
    } catch (error) {
      if (signal.aborted || !isOwnFault(error)) throw error;
      return undefined;
    }
  }

  return {
    lead,
    async claim(key, signal) {
      for (;;) {
        const running = leading.get(key);
        const known = running ? await join(running, signal) : (await store.find(key))?.completion;
        if (known) return { known };
        // Somebody may have begun while the database was asked.
        if (!leading.has(key)) return { lead: lead(key) };
      }
    },
  };
}
