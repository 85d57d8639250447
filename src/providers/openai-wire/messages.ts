import type { ChatMessage, ToolCall } from "../../domain/completions/chat.ts";
import { ProviderError } from "../provider.ts";
import type { Dialect, WireMessage } from "./dialect.ts";

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** Arguments go as they were written; a call without any may have no text at all. */
function writeToolCall(call: ToolCall, field: string, provider: string) {
  const { id, function: called, extra_content } = call;
  const args = called.arguments.trim() === "" ? "{}" : called.arguments;
  const extra = extra_content === undefined ? {} : { extra_content };
  if (isJson(args))
    return { id, type: "function", function: { name: called.name, arguments: args }, ...extra };
  const fault = `${field}: the arguments of the tool call '${id}' are not JSON.`;
  throw new ProviderError(provider, "invalid_request", fault, { field });
}

const reasoningOf = (message: ChatMessage): string | undefined =>
  "reasoning_content" in message ? message.reasoning_content : undefined;

function writeMessage(message: ChatMessage, index: number, dialect: Dialect, provider: string): WireMessage {
  const { role, content } = message;
  if (role === "tool") return { role, content, tool_call_id: message.tool_call_id };
  const written: WireMessage = { role, content };
  const { reasoning_field = "reasoning_content" } = dialect;
  const reasoning = reasoningOf(message);
  if (reasoning && reasoning_field) written[reasoning_field] = reasoning;
  if (dialect.sends_reasoning_details && "reasoning_details" in message)
    written.reasoning_details = message.reasoning_details;
  if (!("tool_calls" in message)) return written;
  if (content === "") written.content = dialect.empty_content ?? null;
  written.tool_calls = message.tool_calls.map((call, position) =>
    writeToolCall(call, `messages.${index}.tool_calls.${position}.function.arguments`, provider),
  );
  return written;
}

/**
 * A conversation in OpenAI's form. Throws ProviderError `invalid_request` naming the field of a tool call whose
 * arguments are not JSON.
 */
export const writeMessages = (
  messages: readonly ChatMessage[],
  dialect: Dialect,
  provider: string,
): WireMessage[] => messages.map((message, index) => writeMessage(message, index, dialect, provider));
