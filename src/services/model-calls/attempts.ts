import {
  type CompletionRequest,
  type EmbeddingRequest,
  type Provider,
  ProviderError,
} from "../../providers/provider.ts";
import type { Accounts } from "./accounts.ts";
import { type AskAccount, beginCall, type CallState, createAttempt } from "./attempt.ts";
import { createStreamAttempt } from "./attempt-stream.ts";
import {
  type CallDelta,
  type CallPolicy,
  type CallTools,
  type EmbeddingCall,
  type ModelCall,
  settle,
  settleEmbedding,
} from "./model-call.ts";
import { type RetryOptions, withRetries } from "./retry.ts";

/** Returns the provider's function for embeddings. Throws a ProviderError if it has none. */
function embedderOf({ embed, listing: { name } }: Provider): NonNullable<Provider["embed"]> {
  if (embed) return embed;
  throw new ProviderError(name, "invalid_request", `The provider '${name}' has no embeddings.`);
}

/** Whom a call asks, and how. */
interface AskedCall {
  provider: Provider;
  model: string;
  policy: CallPolicy;
}

/** Returns how a call is repeated. A batch waits out rate limits, and its own time limit stands still meanwhile. */
const retriesOf = ({ deadlines, policy }: CallState): RetryOptions => ({
  signal: deadlines.signal,
  left: deadlines.left,
  clock: policy.priority === "batch" ? deadlines : undefined,
});

/** Calls providers, with retries where they make sense; each attempt takes a slot of the provider's lane. */
export function createAttempts({ prices, openCalls, ...tools }: CallTools & { accounts: Accounts }) {
  const attempt = createAttempt(tools);
  const streamAttempt = createStreamAttempt(attempt);

  function begin(provider: Provider, model: string, policy: CallPolicy): CallState {
    const state = beginCall(provider, model, policy);
    openCalls.add(state.deadlines);
    return state;
  }

  function end({ deadlines }: CallState): void {
    deadlines.end();
    openCalls.delete(deadlines);
  }

  /** Makes attempts until one is answered. Returns the answer and how long the call took. */
  async function ask<Answer>({ provider, model, policy }: AskedCall, send: AskAccount<Answer>) {
    const state = begin(provider, model, policy);
    const { times } = state;
    try {
      return { answer: await withRetries(() => attempt.askOnce(state, send), retriesOf(state)), times };
    } catch (error) {
      policy.onFailure?.(times);
      throw error;
    } finally {
      end(state);
    }
  }

  return {
    /** Calls the model and returns its whole answer. Throws ProviderError. */
    async complete(provider: Provider, request: CompletionRequest, policy: CallPolicy): Promise<ModelCall> {
      const send = (account: Provider, signal: AbortSignal) => account.complete(request, { signal });
      const { answer, times } = await ask({ provider, model: request.model, policy }, send);
      return settle(prices, { provider, request, times }, answer);
    },
    /** Embeds texts. Throws ProviderError, `invalid_request` if the provider has no embeddings. */
    async embed(provider: Provider, request: EmbeddingRequest, policy: CallPolicy): Promise<EmbeddingCall> {
      const send = (account: Provider, signal: AbortSignal) => embedderOf(account)(request, { signal });
      // Without embeddings, no slot is taken.
      embedderOf(provider);
      const { answer, times } = await ask({ provider, model: request.model, policy }, send);
      return settleEmbedding(prices, { provider, request, times }, answer);
    },
    /** Streams an answer. Retries end with the first piece: it may have been read. */
    async *stream(
      provider: Provider,
      request: CompletionRequest,
      policy: CallPolicy,
    ): AsyncGenerator<CallDelta> {
      const state = begin(provider, request.model, policy);
      const { times } = state;
      let answered = false;
      try {
        const open = await withRetries(() => streamAttempt.open(state, request), retriesOf(state));
        const completion = yield* streamAttempt.follow(state, open);
        answered = true;
        yield { type: "finish", call: await settle(prices, { provider, request, times }, completion) };
      } finally {
        if (!answered) policy.onFailure?.(times);
        end(state);
      }
    },
  };
}

export type Attempts = ReturnType<typeof createAttempts>;
