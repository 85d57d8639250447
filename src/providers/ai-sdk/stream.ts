import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { ToolCall } from "../../domain/completions/chat.ts";
import type { CompletionDelta } from "../provider.ts";
import { toExtraContent } from "./answer.ts";

type ToolPart = Extract<
  LanguageModelV4StreamPart,
  { type: "tool-input-start" | "tool-input-delta" | "tool-call" }
>;

interface OpenCall extends Pick<ToolCall, "extra_content"> {
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
    const { index, name, extra_content } = call;
    const extra = extra_content === undefined ? {} : { extra_content };
    return { type: "tool_call", index, id, name, arguments: piece, ...extra };
  }

  return {
    /** Returns the delta of a part, if it has content. Tools that the vendor runs itself are ignored. */
    read(part: ToolPart): CompletionDelta | undefined {
      if (part.type === "tool-input-delta") {
        const call = calls.get(part.id);
        return call && part.delta !== "" ? add(part.id, call, part.delta) : undefined;
      }
      if (part.providerExecuted) return undefined;
      if (part.type === "tool-input-start") {
        const begun = Object.assign(open(part.id, part.toolName), toExtraContent(part.providerMetadata));
        return add(part.id, begun, "");
      }
      const call = open(part.toolCallId, part.toolName);
      Object.assign(call, toExtraContent(part.providerMetadata));
      return call.arguments === "" ? add(part.toolCallId, call, part.input) : undefined;
    },
    calls: (): ToolCall[] =>
      [...calls].map(([id, { name, arguments: args, extra_content }]) => ({
        id,
        type: "function",
        function: { name, arguments: args },
        ...(extra_content === undefined ? {} : { extra_content }),
      })),
  };
}
