import { canonicalJson, sha256 } from "../../base/hash.ts";
import { now } from "../../base/time.ts";
import { type CompletionRequest, type ProviderCompletion, ProviderError } from "../../providers/provider.ts";
import type { ResponseStore } from "../../store/responses.ts";

/** The duty to get an answer for which others may be waiting. Only the first call of `keep` or `fail` has an effect. */
export interface Lead {
  /** Stores the answer and hands it to the callers that wait. If the provider gave the answer up, they ask anew. */
  keep(completion: ProviderCompletion): Promise<void>;
  fail(error: unknown): void;
}

export interface ResponseCache {
  /**
   * Returns the stored answer, or the answer that another caller is getting now; if there is none, the duty to get it.
   * Throws the provider's failure, which the leading caller met, and the signal's reason if that fires first.
   */
  claim(key: string, signal: AbortSignal): Promise<{ known: ProviderCompletion } | { lead: Lead }>;
  /** Returns the duty to get the answer anew, whether one is stored or not. */
  lead(key: string): Lead;
}

/** Returns the key of a request: a hash of all that shapes the answer, including the sample's repeat. */
export const responseKey = (provider: string, request: CompletionRequest): string =>
  sha256(canonicalJson({ provider, ...request }));

/** Whether the leading caller gave up for reasons of its own, so that the callers that wait must ask themselves. */
const isLeadersFault = (error: unknown): boolean =>
  !(error instanceof ProviderError) || error.reason === "cancelled" || error.reason === "timeout";

/** Settles like the promise, or throws the signal's reason if that fires first. */
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

/** Creates the cache of answers. Equal requests that are under way at the same time share one call. */
export function createResponseCache(store: ResponseStore): ResponseCache {
  const leading = new Map<string, Promise<ProviderCompletion>>();

  function lead(key: string): Lead {
    const { promise, resolve, reject } = Promise.withResolvers<ProviderCompletion>();
    // The callers that wait meet the failure. Without any, the leading caller has it already.
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
      if (signal.aborted || !isLeadersFault(error)) throw error;
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
        // Another caller may have begun while the database was read.
        if (!leading.has(key)) return { lead: lead(key) };
      }
    },
  };
}
