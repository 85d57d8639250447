import type { ChatMessage } from "../domain/completions/chat.ts";
import type { Dialect, WireMessage } from "./openai-wire/index.ts";
import type { Provider } from "./provider.ts";
import { createWired, type RemoteSettings } from "./remote.ts";
import { keyedVendor } from "./vendor.ts";

const JSON_INSTRUCTION = "You MUST answer with JSON.";

/** The name of the tool that was called under an id: Mistral wants it beside the result. */
function nameOfTool(id: unknown, messages: readonly ChatMessage[]): string | undefined {
  const calls = messages.flatMap((message) => ("tool_calls" in message ? message.tool_calls : []));
  return calls.find((call) => call.id === id)?.function.name;
}

/** Thoughts are parts of the content; an answer that is begun by the caller is a prefix. */
function inMistralsForm(
  message: WireMessage,
  is_last: boolean,
  messages: readonly ChatMessage[],
): WireMessage {
  if (message.role === "tool") return { ...message, name: nameOfTool(message.tool_call_id, messages) };
  if (message.role !== "assistant") return message;
  const { reasoning_content: thought, ...written } = message;
  const prefixed = is_last ? { ...written, prefix: true } : written;
  if (typeof thought !== "string") return prefixed;
  const thinking = { type: "thinking", thinking: [{ type: "text", text: thought }], closed: true };
  const text = message.content ? [{ type: "text", text: message.content }] : [];
  return { ...prefixed, content: [thinking, ...text] };
}

/** JSON without a schema comes only if the system message asks for it, too. */
function withJsonInstruction([first, ...rest]: WireMessage[]): WireMessage[] {
  if (first?.role === "system")
    return [{ ...first, content: `${first.content}\n\n${JSON_INSTRUCTION}` }, ...rest];
  return [{ role: "system", content: JSON_INSTRUCTION }, ...(first ? [first] : []), ...rest];
}

const DIALECT: Dialect = {
  empty_content: "",
  messagesOf(messages, { messages: asked, response_format }) {
    const written = messages.map((message, index) =>
      inMistralsForm(message, index === messages.length - 1, asked),
    );
    return response_format?.type === "json_object" ? withJsonInstruction(written) : written;
  },
  adjust(body) {
    if (body.seed !== undefined) body.random_seed = body.seed;
    delete body.seed;
    if (body.tool_choice === "required") body.tool_choice = "any";
    return [];
  },
  asks_usage: false,
  embeddings: { at_once: 32 },
};

/** Mistral's chat completions. */
export const createMistral = (settings: RemoteSettings = {}): Provider =>
  createWired(
    keyedVendor("mistral", {
      description: "Mistral's models, by its chat completions API.",
      cannot: ["top_logprobs"],
      embeddings: true,
      remarks: { json_object: "an instruction to answer with JSON was added to the system message" },
      takes: [
        "reasoning_effort",
        "parallel_tool_calls",
        "n",
        "presence_penalty",
        "frequency_penalty",
        "prediction",
        "metadata",
        "prompt_cache_key",
      ],
      free_fields: true,
    }),
    DIALECT,
    settings,
  );
