import { isStrictFormat } from "./ai-sdk-request.ts";
import type { CompletionRequest, Provider } from "./provider.ts";
import { createRemote, type RemoteSettings } from "./remote.ts";
import { keyedVendor } from "./vendor.ts";

/** What OpenAI's package, and Azure's, which is built on it, take of a request. */
export const openAiOptions = (request: CompletionRequest) => ({
  openai: {
    strictJsonSchema: isStrictFormat(request),
    ...(request.top_logprobs === undefined ? {} : { logprobs: request.top_logprobs }),
  },
});

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
