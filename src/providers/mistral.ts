import { isStrictFormat } from "./ai-sdk/request.ts";
import type { Provider } from "./provider.ts";
import { createRemote, type RemoteSettings } from "./remote.ts";
import { keyedVendor } from "./vendor.ts";

/** Mistral's chat completions. */
export const createMistral = (settings: RemoteSettings = {}): Provider =>
  createRemote(
    keyedVendor("mistral", {
      description: "Mistral's models, by its chat completions API.",
      cannot: ["top_logprobs"],
      embeddings: true,
      remarks: { json_object: "an instruction to answer with JSON was added to the system message" },
      optionsOf: (request) => ({ mistral: { strictJsonSchema: isStrictFormat(request) } }),
      async connect({ account, base_url, fetch }) {
        const { createMistral: createSdk } = await import("@ai-sdk/mistral");
        const { chat, embedding } = createSdk({ apiKey: account.api_key ?? "", baseURL: base_url, fetch });
        return { chat, embedding };
      },
    }),
    settings,
  );
