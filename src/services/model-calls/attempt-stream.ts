import {
  type CompletionDelta,
  type CompletionRequest,
  type Provider,
  type ProviderCompletion,
  ProviderError,
} from "../../providers/provider.ts";
import type { Attempt, CallState } from "./attempt.ts";
import type { Slot } from "./lanes.ts";

/** A stream whose first piece has been read. */
export interface OpenStream {
  slot: Slot;
  pieces: AsyncIterator<CompletionDelta>;
  first: IteratorResult<CompletionDelta>;
}

type Piece = Exclude<CompletionDelta, { type: "finish" }>;

/** Yields the answer of a provider that can't stream, in one piece. */
async function* inOnePiece(provider: Provider, request: CompletionRequest, signal: AbortSignal) {
  const completion = await provider.complete(request, { signal });
  yield { type: "text", text: completion.text } as const;
  yield { type: "finish", completion } as const;
}

/** Notes when the answer began. Reasoning before the answer is not part of it. */
function noteFirstToken(
  { times }: CallState,
  slot: Slot,
  { done, value }: IteratorResult<CompletionDelta>,
): void {
  if (!done && value.type !== "reasoning") times.ttft_ms ??= performance.now() - slot.started_at;
}

/** Begins a stream and its clocks. A provider that can't stream has the whole time for its single piece. */
function piecesOf(
  provider: Provider,
  { deadlines }: CallState,
  request: CompletionRequest,
): AsyncIterable<CompletionDelta> {
  const { signal } = deadlines;
  if (!provider.stream) return inOnePiece(provider, request, signal);
  deadlines.step("connect");
  const onBegin = () => deadlines.step("first_token");
  // A model that thinks sends signs of life without text: the limit applies to the time between two of them.
  return provider.stream(request, { signal, onBegin, onProgress: () => deadlines.step("idle") });
}

/** Yields all pieces of an open stream. The clock stands still while the reader does not ask for the next one. */
async function* readAll(
  { slot, pieces, first }: OpenStream,
  state: CallState,
): AsyncGenerator<CompletionDelta> {
  const { deadlines } = state;
  for (let next = first; !next.done; next = await pieces.next()) {
    noteFirstToken(state, slot, next);
    deadlines.pause();
    yield next.value;
    deadlines.step("idle");
  }
}

const cutOffError = ({ listing }: Provider): ProviderError =>
  new ProviderError(listing.name, "invalid_response", "The stream ended without a finish reason.");

/** Makes single attempts at streamed calls. */
export function createStreamAttempt({ takeSlot, close, withAccounts }: Attempt) {
  async function openWithAccount(state: CallState, request: CompletionRequest): Promise<OpenStream> {
    const slot = await takeSlot(state);
    try {
      const pieces = piecesOf(slot.account, state, request)[Symbol.asyncIterator]();
      const first = await pieces.next();
      noteFirstToken(state, slot, first);
      return { slot, pieces, first };
    } catch (error) {
      // From here on the call waits for its next attempt, not for the provider.
      state.deadlines.pause();
      close(state, slot, error);
      throw error;
    }
  }

  return {
    /** Begins a stream and reads its first piece; until then an attempt may be repeated. */
    open: (state: CallState, request: CompletionRequest): Promise<OpenStream> =>
      withAccounts(state, () => openWithAccount(state, request)),
    /** Yields the pieces and returns the whole answer. Closes the attempt, also if the reader stops reading. */
    async *follow(state: CallState, open: OpenStream): AsyncGenerator<Piece, ProviderCompletion> {
      let failure: unknown = "left";
      try {
        for await (const piece of readAll(open, state)) {
          if (piece.type !== "finish") {
            yield piece;
            continue;
          }
          failure = undefined;
          return piece.completion;
        }
        throw cutOffError(state.provider);
      } catch (error) {
        failure = error;
        throw error;
      } finally {
        close(state, open.slot, failure);
        await open.pieces.return?.();
      }
    },
  };
}
