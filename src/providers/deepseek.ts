import type { ResponseFormat } from "../domain/completions/chat.ts";
import type { Dialect, WireMessage } from "./openai-wire/index.ts";
import type { CompletionRequest, Provider } from "./provider.ts";
import { createWired, type RemoteSettings } from "./remote.ts";
import { keyedVendor } from "./vendor.ts";

/** DeepSeek answers in JSON only if the prompt says so, too; schemas it knows from the prompt alone. */
function instructionOf(format: ResponseFormat | undefined): string | undefined {
  if (format?.type === "json_object") return "Return JSON.";
  if (format?.type !== "json_schema") return undefined;
  return `Return JSON that conforms to the following schema: ${JSON.stringify(format.json_schema.schema)}`;
}

/** DeepSeek's models from V4 on want every thought back, those before only what belongs to the last question. */
const keepsThoughts = (model: string): boolean => /deepseek-v4|^deepseek-(?:flash|pro)/.test(model);

function withThoughts(messages: WireMessage[], model: string): WireMessage[] {
  const last = messages.findLastIndex(({ role }) => role === "user");
  return messages.map((message, index) => {
    if (message.role !== "assistant") return message;
    if (keepsThoughts(model)) return { reasoning_content: "", ...message };
    const { reasoning_content: _, ...spoken } = message;
    return index > last ? message : spoken;
  });
}

const DIALECT: Dialect = {
  empty_content: "",
  messagesOf(messages, { model, response_format }: CompletionRequest) {
    const content = instructionOf(response_format);
    const written = withThoughts(messages, model);
    return content === undefined ? written : [{ role: "system", content }, ...written];
  },
  adjust(body, { response_format }) {
    if (response_format?.type !== "json_schema") return [];
    body.response_format = { type: "json_object" };
    return ["response_format json_schema: the schema was injected into the system message"];
  },
};

/** DeepSeek's chat completions. They report cached tokens in their own fields. */
export const createDeepSeek = (settings: RemoteSettings = {}): Provider =>
  createWired(
    keyedVendor("deepseek", {
      description: "DeepSeek's models, by its chat completions API.",
      logprobs: true,
      // Strict tools need the beta URL.
      cannot: settings.base_url?.endsWith("/beta") ? ["seed"] : ["seed", "strict_tools"],
      remarks: { json_object: "a system message 'Return JSON.' was added" },
      takes: ["reasoning_effort", "presence_penalty", "frequency_penalty"],
      free_fields: true,
    }),
    DIALECT,
    settings,
  );
