import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { ToolCall } from "../../domain/completions/chat.ts";
import type { CompletionDelta } from "../provider.ts";
import { toToolCall } from "./answer.ts";

type ToolPart = Extract<
  LanguageModelV4StreamPart,
  { type: "tool-input-start" | "tool-input-delta" | "tool-call" }
>;

interface OpenCall {
  index: number;
  name: string;
  arguments: string;
}

/** Assembles streamed tool calls. The pieces of a call are its arguments as received. */
export function createToolCallReader() {
  const calls = new Map<string, OpenCall>();

  function open(id: string, name: string): OpenCall {
    const known = calls.get(id);
    if (known) return known;
    const opened = { index: calls.size, name, arguments: "" };
    calls.set(id, opened);
    return opened;
  }

  function add(id: string, call: OpenCall, piece: string): CompletionDelta {
    call.arguments += piece;
    return { type: "tool_call", index: call.index, id, name: call.name, arguments: piece };
  }

  return {
    /** Returns the delta of a part, if it has content. Tools that the vendor runs itself are ignored. */
    read(part: ToolPart): CompletionDelta | undefined {
      if (part.type === "tool-input-delta") {
        const call = calls.get(part.id);
        return call && part.delta !== "" ? add(part.id, call, part.delta) : undefined;
      }
      if (part.providerExecuted) return undefined;
      if (part.type === "tool-input-start") return add(part.id, open(part.id, part.toolName), "");
      const call = open(part.toolCallId, part.toolName);
      return call.arguments === "" ? add(part.toolCallId, call, part.input) : undefined;
    },
    calls: (): ToolCall[] => [...calls].map(([id, call]) => toToolCall(id, call.name, call.arguments)),
  };
}
