import type { Provider } from "./provider.ts";
import { createRemote, type RemoteSettings } from "./remote.ts";
import { keyedVendor } from "./vendor.ts";

/** Perplexity's chat completions, which search the web before they answer. */
export const createPerplexity = (settings: RemoteSettings = {}): Provider =>
  createRemote(
    keyedVendor("perplexity", {
      description:
        "Perplexity's models, which search the web before they answer; by its chat completions API.",
      cannot: ["stop", "seed", "json_object", "tools", "top_logprobs"],
      embeddings: true,
      async connect({ account, base_url, fetch }) {
        const { createPerplexity: createSdk } = await import("@ai-sdk/perplexity");
        const sdk = createSdk({ apiKey: account.api_key ?? "", baseURL: base_url, fetch });
        return { chat: sdk.languageModel, embedding: sdk.embedding };
      },
    }),
    settings,
  );
