import type { ToolCall } from "../../domain/completions/chat.ts";
import type { Completion, CompletionRecord } from "../../domain/completions/completion.ts";
import { type Provider, ProviderError } from "../../providers/provider.ts";
import { type CallDelta, toAppError } from "../model-calls/index.ts";
import type { PartialAnswer, Recorder } from "./recorder.ts";
import { streamInTurn, type Target, type TargetCalls } from "./targets.ts";

/** A piece of a streamed completion; the last one is `done`. */
export type CompletionEvent =
  | Exclude<CallDelta, { type: "finish" }>
  | { type: "done"; completion: Completion };

/** Collects the pieces of a streamed answer, in case that it breaks off. */
function createCollector() {
  let text = "";
  let reasoning = "";
  let target: Target | undefined;
  const calls = new Map<number, ToolCall>();

  function addToolCall({ index, id, name, ...piece }: CallDelta & { type: "tool_call" }): void {
    const before = calls.get(index)?.function.arguments ?? "";
    calls.set(index, { id, type: "function", function: { name, arguments: before + piece.arguments } });
  }

  return {
    add(source: Target, delta: CallDelta): void {
      target = source;
      if (delta.type === "text") text += delta.text;
      if (delta.type === "reasoning") reasoning += delta.text;
      if (delta.type === "tool_call") addToolCall(delta);
    },
    /** The provider whose pieces came; undefined before the first one. */
    provider: (): Provider | undefined => target?.provider,
    /** What came of the answer; undefined if it had neither reasoning nor text nor tool calls yet. */
    partial(): PartialAnswer | undefined {
      if (!target || (text === "" && reasoning === "" && calls.size === 0)) return undefined;
      const thoughts = reasoning === "" ? {} : { reasoning_content: reasoning };
      return { model: target.request.model, part: { text, ...thoughts, tool_calls: [...calls.values()] } };
    },
  };
}

const leftError = ({ listing }: Provider): ProviderError =>
  new ProviderError(listing.name, "cancelled", "The caller left before the answer was complete.");

interface StreamOptions {
  calls: TargetCalls;
  record: CompletionRecord;
  recorder: Recorder;
}

/**
 * Yields the pieces of an answer as they come and, once the whole answer is stored, `done`. A reader that stops
 * reading ends the call; the part that was produced is stored in any case.
 */
export async function* streamCompletion({
  calls,
  record,
  recorder,
}: StreamOptions): AsyncGenerator<CompletionEvent> {
  const collector = createCollector();
  let ended = false;
  try {
    for await (const { target, delta } of streamInTurn(calls)) {
      collector.add(target, delta);
      if (delta.type !== "finish") {
        yield delta;
        continue;
      }
      ended = true;
      yield { type: "done", completion: await recorder.complete(record, target.provider, delta.call) };
    }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    ended = true;
    await recorder.fail(record, error, collector.partial());
    throw toAppError(error);
  } finally {
    const provider = collector.provider();
    if (!ended && provider) await recorder.fail(record, leftError(provider), collector.partial());
  }
}
