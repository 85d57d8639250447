import { isStrictFormat } from "./ai-sdk/request.ts";
import type { Provider } from "./provider.ts";
import { createRemote, type RemoteSettings } from "./remote.ts";
import { keyedVendor } from "./vendor.ts";

/** Groq's chat completions. Streams report usage in Groq's own field. */
export const createGroq = (settings: RemoteSettings = {}): Provider =>
  createRemote(
    keyedVendor("groq", {
      description: "Models on Groq, by its chat completions API.",
      cannot: ["top_logprobs"],
      optionsOf: (request) => ({ groq: { strictJsonSchema: isStrictFormat(request) } }),
      async connect({ account, base_url, fetch }) {
        const { createGroq: createSdk } = await import("@ai-sdk/groq");
        return { chat: createSdk({ apiKey: account.api_key ?? "", baseURL: base_url, fetch }).languageModel };
      },
    }),
    settings,
  );
