import type { ToolCall } from "../../src/domain/completions/chat.ts";
import {
  type CompletionDelta,
  type CompletionRequest,
  type Provider,
  type ProviderCompletion,
  ProviderError,
} from "../../src/providers/provider.ts";

/**
 * What came out of a stream: its texts in order, the tool calls put together by their index, its last word, and the
 * error that ended it if one did.
 */
export interface Streamed {
  texts: string[];
  tool_calls: ToolCall[];
  completion: ProviderCompletion | null;
  error: ProviderError | null;
}

/** Reads a stream to its end. An error that is not a ProviderError is thrown on. */
export async function readDeltas(deltas: AsyncIterable<CompletionDelta>): Promise<Streamed> {
  const streamed: Streamed = { texts: [], tool_calls: [], completion: null, error: null };
  try {
    for await (const delta of deltas) {
      if (streamed.completion) throw new Error("a delta came after finish");
      if (delta.type === "text") streamed.texts.push(delta.text);
      if (delta.type === "tool_call") addPiece(streamed.tool_calls, delta);
      if (delta.type === "finish") streamed.completion = delta.completion;
    }
  } catch (error) {
    streamed.error = asProviderError(error);
  }
  return streamed;
}

/** Reads the streamed answer of a provider that can stream to its end. */
export async function readStream({ stream }: Provider, request: CompletionRequest): Promise<Streamed> {
  if (!stream) throw new Error("the provider can't stream");
  return readDeltas(stream(request));
}

/** The ProviderError with which a call fails; throws if it does not fail, or fails with anything else. */
export async function failureOf(call: Promise<unknown>): Promise<ProviderError> {
  try {
    await call;
  } catch (error) {
    return asProviderError(error);
  }
  throw new Error("the call was expected to fail");
}

function asProviderError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  throw error;
}

function addPiece(calls: ToolCall[], piece: Extract<CompletionDelta, { type: "tool_call" }>): void {
  const { index, id, name } = piece;
  const call = calls[index] ?? { id, type: "function", function: { name, arguments: "" } };
  if (call.id !== id || call.function.name !== name) throw new Error(`two calls share the index ${index}`);
  call.function.arguments += piece.arguments;
  if (piece.extra_content) call.extra_content = piece.extra_content;
  calls[index] = call;
}
