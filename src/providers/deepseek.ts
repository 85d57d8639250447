import type { CompletionRequest, Provider } from "./provider.ts";
import { createRemote, type RemoteSettings } from "./remote.ts";
import { keyedVendor } from "./vendor.ts";

const logprobOptions = ({ top_logprobs }: CompletionRequest) => ({
  deepseek: top_logprobs === undefined ? {} : { logprobs: true, topLogprobs: top_logprobs },
});

/** DeepSeek's chat completions. They report cached tokens in their own fields. */
export const createDeepSeek = (settings: RemoteSettings = {}): Provider =>
  createRemote(
    keyedVendor("deepseek", {
      description: "DeepSeek's models, by its chat completions API.",
      logprobs: true,
      // Strict tools need the beta URL: the package rejects them elsewhere.
      cannot: settings.base_url?.endsWith("/beta") ? ["seed"] : ["seed", "strict_tools"],
      remarks: { json_object: "a system message 'Return JSON.' was added" },
      optionsOf: logprobOptions,
      async connect({ account, base_url, fetch }) {
        const { createDeepSeek: createSdk } = await import("@ai-sdk/deepseek");
        return { chat: createSdk({ apiKey: account.api_key ?? "", baseURL: base_url, fetch }).chat };
      },
    }),
    settings,
  );
