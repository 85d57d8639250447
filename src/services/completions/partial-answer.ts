import type { ToolCall } from "../../domain/completions/chat.ts";
import type { CallDelta } from "../model-calls/index.ts";

/** What had been said of an answer when it broke off. */
export interface Said {
  text: string;
  tool_calls: ToolCall[];
}

/** Puts together what comes of a streamed answer, for the case that it breaks off. */
export function createPartialAnswer() {
  let text = "";
  const calls = new Map<number, ToolCall>();
  return {
    add(delta: CallDelta): void {
      if (delta.type === "text") text += delta.text;
      if (delta.type !== "tool_call") return;
      const { index, id, name } = delta;
      const before = calls.get(index)?.function.arguments ?? "";
      calls.set(index, {
        id,
        type: "function",
        function: { name, arguments: before + delta.arguments },
      });
    },
    /** Undefined while nothing was said. */
    said: (): Said | undefined =>
      text === "" && calls.size === 0 ? undefined : { text, tool_calls: [...calls.values()] },
  };
}
