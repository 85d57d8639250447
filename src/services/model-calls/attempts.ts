import {
  type CompletionRequest,
  type EmbeddingRequest,
  type Provider,
  ProviderError,
} from "../../providers/provider.ts";
import { beginCall, type CallState, createAttempt } from "./attempt.ts";
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
import { withRetries } from "./retry.ts";

/** Returns the provider's function for embeddings. Throws a ProviderError if it has none. */
function embedderOf({ embed, listing: { name } }: Provider): NonNullable<Provider["embed"]> {
  if (embed) return embed;
  throw new ProviderError(name, "invalid_request", `The provider '${name}' has no embeddings.`);
}

/** Calls providers, with retries where they make sense; each attempt takes a slot of the provider's lane. */
export function createAttempts({ prices, openCalls, ...tools }: CallTools) {
  const attempt = createAttempt(tools);
  const streamAttempt = createStreamAttempt(attempt);

  function begin(provider: Provider, policy: CallPolicy): CallState {
    const state = beginCall(provider, policy);
    openCalls.add(state.deadlines);
    return state;
  }

  function end({ deadlines }: CallState): void {
    deadlines.end();
    openCalls.delete(deadlines);
  }

  /** Makes attempts until one is answered. Returns the answer and how long the call took. */
  async function ask<Answer>(
    provider: Provider,
    policy: CallPolicy,
    send: (signal: AbortSignal) => Promise<Answer>,
  ) {
    const state = begin(provider, policy);
    const { times, deadlines } = state;
    try {
      return { answer: await withRetries(() => attempt.askOnce(state, send), deadlines), times };
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
      const send = (signal: AbortSignal) => provider.complete(request, { signal });
      const { answer, times } = await ask(provider, policy, send);
      return settle(prices, { provider, request, times }, answer);
    },
    /** Embeds texts. Throws ProviderError, `invalid_request` if the provider has no embeddings. */
    async embed(provider: Provider, request: EmbeddingRequest, policy: CallPolicy): Promise<EmbeddingCall> {
      const embed = embedderOf(provider);
      const { answer, times } = await ask(provider, policy, (signal) => embed(request, { signal }));
      return settleEmbedding(prices, { provider, request, times }, answer);
    },
    /** Streams an answer. Retries end with the first piece: it may have been read. */
    async *stream(
      provider: Provider,
      request: CompletionRequest,
      policy: CallPolicy,
    ): AsyncGenerator<CallDelta> {
      const state = begin(provider, policy);
      const { times, deadlines } = state;
      let answered = false;
      try {
        const open = await withRetries(() => streamAttempt.open(state, request), deadlines);
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
