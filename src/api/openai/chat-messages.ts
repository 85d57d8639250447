import { badField } from "../../base/errors.ts";
import type { ChatMessage, ReasoningDetail, ToolCall } from "../../domain/completions/chat.ts";
import type { ChatContent, OpenAiMessage } from "../../domain/completions/openai-chat.ts";

/** Returns the text of a content. Parts stand in lines of their own, as separate parts of a prompt do. */
function textOf(content: ChatContent, field: string): string {
  if (typeof content === "string") return content;
  const texts = content.map(({ type, text, refusal }, index) => {
    const part = `${field}.${index}`;
    // The text of a model's refusal is its answer.
    if (type === "refusal" && typeof refusal === "string") return refusal;
    if (type !== "text")
      throw badField(`${part}.type`, `'${type.slice(0, 100)}' is not supported; must be 'text'`, {
        accepted: ["text"],
      });
    if (text === undefined) throw badField(`${part}.text`, "is required");
    return text;
  });
  return texts.join("\n");
}

interface Reasoning {
  reasoning_content?: string;
  reasoning_details?: ReasoningDetail[];
}

function reasoningOf({ reasoning_content, reasoning, reasoning_details }: OpenAiMessage): Reasoning {
  const text = reasoning_content ?? reasoning;
  return {
    ...(text ? { reasoning_content: text } : {}),
    ...(reasoning_details?.length ? { reasoning_details } : {}),
  };
}

interface AssistantTurn {
  message: OpenAiMessage;
  text: string;
  tool_calls: ToolCall[];
}

const assistantTurn = ({ message, text, tool_calls }: AssistantTurn): ChatMessage => ({
  role: "assistant",
  content: text,
  ...reasoningOf(message),
  ...(tool_calls.length > 0 ? { tool_calls } : {}),
});

/** Translates a message from OpenAI's format. Throws BAD_REQUEST for a part that is missing or not supported. */
export function toChatMessage(message: OpenAiMessage, index: number): ChatMessage {
  const { role, tool_call_id, refusal } = message;
  const tool_calls = message.tool_calls ?? [];
  const content = message.content ?? (role === "assistant" ? refusal : undefined);
  const field = `messages.${index}`;
  const text = textOf(content ?? "", `${field}.content`);
  if (role === "assistant" && tool_calls.length > 0) return assistantTurn({ message, text, tool_calls });
  if (content === undefined || content === null) throw badField(`${field}.content`, "is required");
  if (role === "assistant") return assistantTurn({ message, text, tool_calls });
  if (role !== "tool") return { role: role === "developer" ? "system" : role, content: text };
  if (!tool_call_id) throw badField(`${field}.tool_call_id`, "is required");
  return { role, content: text, tool_call_id };
}
