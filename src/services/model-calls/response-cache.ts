import { now } from "../../domain/fields.ts";
import { canonicalJson, sha256 } from "../../domain/hash.ts";
import { type CompletionRequest, type ProviderCompletion, ProviderError } from "../../providers/provider.ts";
import type { ResponseStore } from "../../store/responses.ts";

export interface ResponseCache {
  /** The answer that was given to this before, or that is being given to somebody now. */
  find(key: string): Promise<ProviderCompletion | undefined>;
  /** Makes the answer, while others who ask the same wait for it, and keeps it. */
  lead<Call extends { completion: ProviderCompletion }>(
    key: string,
    make: () => Promise<Call>,
  ): Promise<Call>;
  keep(key: string, completion: ProviderCompletion): Promise<void>;
}

/** Everything that shapes the answer goes into the key; how often the sample was asked before is part of the request. */
export const responseKey = (provider: string, request: CompletionRequest): string =>
  sha256(canonicalJson({ provider, ...request }));

/** The leader gave up for reasons of its own: those who waited must ask for themselves. */
const isOwnFault = (error: unknown): boolean =>
  !(error instanceof ProviderError) || error.reason === "cancelled" || error.reason === "timeout";

export function createResponseCache(store: ResponseStore): ResponseCache {
  const leading = new Map<string, Promise<ProviderCompletion>>();

  async function keep(key: string, completion: ProviderCompletion): Promise<void> {
    await store.put({ key, completion, created_at: now() });
  }

  async function join(running: Promise<ProviderCompletion>): Promise<ProviderCompletion | undefined> {
    try {
      return await running;
    } catch (error) {
      if (isOwnFault(error)) return undefined;
      throw error;
    }
  }

  return {
    keep,
    async find(key) {
      const running = leading.get(key);
      if (running) return join(running);
      const row = await store.find(key);
      // Somebody may have begun while the database was asked.
      const begun = leading.get(key);
      return row?.completion ?? (begun ? join(begun) : undefined);
    },
    async lead(key, make) {
      const made = make();
      const answer = made.then(({ completion }) => completion);
      // Whoever waits meets the failure; if nobody does, the leader has it.
      answer.catch(() => undefined);
      leading.set(key, answer);
      try {
        const call = await made;
        await keep(key, call.completion);
        return call;
      } finally {
        if (leading.get(key) === answer) leading.delete(key);
      }
    },
  };
}
