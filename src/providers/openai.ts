import type { JSONObject } from "@ai-sdk/provider";
import { isStrictFormat } from "./ai-sdk/request.ts";
import type { CompletionRequest, Provider } from "./provider.ts";
import { createRemote, type RemoteSettings } from "./remote.ts";
import { keyedVendor } from "./vendor.ts";

/**
 * What OpenAI's package, and Azure's, which is built on it, take of a request. Nothing where nothing is asked for: the
 * package checks options by a schema, at each call.
 */
export function openAiOptions(request: CompletionRequest): Record<string, JSONObject> {
  const { response_format, top_logprobs } = request;
  const openai = {
    ...(response_format?.type === "json_schema" ? { strictJsonSchema: isStrictFormat(request) } : {}),
    ...(top_logprobs === undefined ? {} : { logprobs: top_logprobs }),
  };
  return Object.keys(openai).length > 0 ? { openai } : {};
}

/**
 * OpenAI's chat completions, and every server that speaks them: `/chat/completions` under the base URL, since
 * compatible servers have no `/responses`. `max_tokens` is sent only where it is asked for.
 */
export const createOpenAi = (settings: RemoteSettings = {}): Provider =>
  createRemote(
    keyedVendor("openai", {
      description: "OpenAI's models, or those of a compatible server, by the chat completions API.",
      logprobs: true,
      embeddings: true,
      optionsOf: openAiOptions,
      async connect({ account, base_url, fetch }) {
        const { createOpenAI } = await import("@ai-sdk/openai");
        const { chat, embedding } = createOpenAI({ apiKey: account.api_key ?? "", baseURL: base_url, fetch });
        return { chat, embedding };
      },
    }),
    settings,
  );
