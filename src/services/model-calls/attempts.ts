import {
  type CompletionDelta,
  type CompletionRequest,
  type EmbeddingRequest,
  type Provider,
  type ProviderCompletion,
  ProviderError,
} from "../../providers/provider.ts";
import { cutOff, unsentFor } from "./attempt-errors.ts";
import { type Deadlines, startDeadlines, TIME_LIMITS } from "./deadlines.ts";
import type { Slot } from "./lanes.ts";
import type { Guard } from "./ledger.ts";
import {
  type CallDelta,
  type CallPolicy,
  type CallTimes,
  type CallTools,
  type EmbeddingCall,
  type ModelCall,
  settle,
  settleEmbedding,
} from "./model-call.ts";
import { withRetries } from "./retry.ts";

/** One call on its way: its clocks, and how long its attempts have taken. */
interface CallState {
  provider: Provider;
  deadlines: Deadlines;
  times: CallTimes;
  /** How often a slot was asked for. */
  attempts: number;
}

/** A stream that is under way, its first piece read. */
interface OpenStream {
  slot: Slot;
  pieces: AsyncIterator<CompletionDelta>;
  first: IteratorResult<CompletionDelta>;
}

type Ask<Answer> = (signal: AbortSignal) => Promise<Answer>;
type Piece = Exclude<CompletionDelta, { type: "finish" }>;

/** A provider that can't stream answers in one piece. */
async function* inOnePiece(provider: Provider, request: CompletionRequest, signal: AbortSignal) {
  const completion = await provider.complete(request, { signal });
  yield { type: "text", text: completion.text } as const;
  yield { type: "finish", completion } as const;
}

/** Who can't stream says nothing until the answer is there, and has the whole time for it. */
function piecesOf(
  { provider, deadlines }: CallState,
  request: CompletionRequest,
): AsyncIterable<CompletionDelta> {
  const { signal } = deadlines;
  if (!provider.stream) return inOnePiece(provider, request, signal);
  deadlines.step("connect");
  const onBegin = () => deadlines.step("first_token");
  // A model that thinks is no silent one: what it may not exceed is the time between two signs of life.
  return provider.stream(request, { signal, onBegin, onProgress: () => deadlines.step("idle") });
}

/** An attempt that fails in its slot may have cost something. */
const guarded = (slot: Slot, guard: Guard): Slot => ({
  ...slot,
  end(failure) {
    slot.end(failure);
    if (failure !== undefined) guard.failed(failure);
  },
});

/** Calls of providers, each attempt in a slot of the provider's lane, retried where that makes sense. */
export function createAttempts(tools: CallTools) {
  const { laneOf, prometheus } = tools;

  function begin(provider: Provider, { signal, limits }: CallPolicy): CallState {
    const deadlines = startDeadlines(provider.listing.name, { ...TIME_LIMITS, ...limits }, signal);
    const times = { latency_ms: null, ttft_ms: null, queue_ms: 0, retries: 0 };
    return { provider, deadlines, times, attempts: 0 };
  }

  async function takeSlot(
    journey: CallState,
    { priority = "interactive", guard }: CallPolicy,
  ): Promise<Slot> {
    const { deadlines, provider, times } = journey;
    times.retries = journey.attempts++;
    const loading = provider.load?.();
    if (loading) await loading;
    // A benchmark's trials wait for each other, and however long they do, they are to be made.
    if (priority === "batch") deadlines.hold();
    // Money first: whoever has a place among the calls waits for nothing but the provider.
    if (guard) await guard.take(deadlines.signal);
    const asked_at = performance.now();
    try {
      const slot = await laneOf(provider.listing.name).take(priority, deadlines.signal);
      return guard ? guarded(slot, guard) : slot;
    } catch (error) {
      guard?.unsent();
      throw unsentFor(error);
    } finally {
      if (priority === "batch") deadlines.resume();
      times.queue_ms += performance.now() - asked_at;
    }
  }

  /** Ends an attempt: gives its slot back, tells the lane how it went, and counts it. */
  function close({ provider, times }: CallState, slot: Slot, failure?: unknown): void {
    times.latency_ms = performance.now() - slot.started_at;
    slot.end(failure);
    const reason = failure instanceof ProviderError ? failure.reason : "aborted";
    prometheus.provider_calls.inc({
      provider: provider.listing.name,
      result: failure === undefined ? "ok" : reason,
    });
  }

  /** One attempt at what is answered in one piece. */
  async function askOnce<Answer>(journey: CallState, policy: CallPolicy, ask: Ask<Answer>) {
    const slot = await takeSlot(journey, policy);
    try {
      const answer = await ask(journey.deadlines.signal);
      close(journey, slot);
      return answer;
    } catch (error) {
      close(journey, slot, error);
      throw error;
    }
  }

  /** The first token is the first of the answer: what a model thinks before it is none. */
  function noteFirstToken(
    { times }: CallState,
    slot: Slot,
    { done, value }: IteratorResult<CompletionDelta>,
  ) {
    if (!done && value.type !== "reasoning") times.ttft_ms ??= performance.now() - slot.started_at;
  }

  async function openOnce(
    journey: CallState,
    request: CompletionRequest,
    policy: CallPolicy,
  ): Promise<OpenStream> {
    const slot = await takeSlot(journey, policy);
    try {
      const pieces = piecesOf(journey, request)[Symbol.asyncIterator]();
      const first = await pieces.next();
      noteFirstToken(journey, slot, first);
      return { slot, pieces, first };
    } catch (error) {
      // What is waited for now is the next attempt, not the provider.
      journey.deadlines.pause();
      close(journey, slot, error);
      throw error;
    }
  }

  /** The pieces of an open stream; the clock stands still while nobody asks for the next one. */
  async function* rest(
    { slot, pieces, first }: OpenStream,
    journey: CallState,
  ): AsyncGenerator<CompletionDelta> {
    const { deadlines } = journey;
    for (let next = first; !next.done; next = await pieces.next()) {
      noteFirstToken(journey, slot, next);
      deadlines.pause();
      yield next.value;
      deadlines.step("idle");
    }
  }

  async function* follow(open: OpenStream, journey: CallState): AsyncGenerator<Piece, ProviderCompletion> {
    let failure: unknown = "left";
    try {
      for await (const piece of rest(open, journey)) {
        if (piece.type !== "finish") {
          yield piece;
          continue;
        }
        failure = undefined;
        return piece.completion;
      }
      throw cutOff(journey.provider);
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      close(journey, open.slot, failure);
      await open.pieces.return?.();
    }
  }

  /** All attempts at it, and how long they took. */
  async function askInTime<Answer>(provider: Provider, policy: CallPolicy, ask: Ask<Answer>) {
    const journey = begin(provider, policy);
    const { times, deadlines } = journey;
    try {
      return { answer: await withRetries(() => askOnce(journey, policy, ask), deadlines), times };
    } catch (error) {
      policy.onFailure?.(times);
      throw error;
    } finally {
      deadlines.end();
    }
  }

  return {
    async complete(provider: Provider, request: CompletionRequest, policy: CallPolicy): Promise<ModelCall> {
      const ask = (signal: AbortSignal) => provider.complete(request, { signal });
      const { answer, times } = await askInTime(provider, policy, ask);
      return settle(tools, provider, request, answer, times);
    },
    async embed(provider: Provider, request: EmbeddingRequest, policy: CallPolicy): Promise<EmbeddingCall> {
      const { embed } = provider;
      const { name } = provider.listing;
      if (!embed)
        throw new ProviderError(name, "invalid_request", `The provider '${name}' has no embeddings.`);
      const ask = (signal: AbortSignal) => embed(request, { signal });
      const { answer, times } = await askInTime(provider, policy, ask);
      return settleEmbedding(tools, provider, request, answer, times);
    },
    /** Retried until the first piece is there: after that somebody may have read it. */
    async *stream(
      provider: Provider,
      request: CompletionRequest,
      policy: CallPolicy,
    ): AsyncGenerator<CallDelta> {
      const journey = begin(provider, policy);
      const { times, deadlines } = journey;
      let answered = false;
      try {
        const open = await withRetries(() => openOnce(journey, request, policy), deadlines);
        const completion = yield* follow(open, journey);
        answered = true;
        yield { type: "finish", call: await settle(tools, provider, request, completion, times) };
      } finally {
        if (!answered) policy.onFailure?.(times);
        deadlines.end();
      }
    },
  };
}

export type Attempts = ReturnType<typeof createAttempts>;
