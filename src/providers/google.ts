import type { Provider } from "./provider.ts";
import { createPackaged, type RemoteSettings } from "./remote.ts";
import { type Connection, keyedVendor } from "./vendor.ts";

const modelVersion = (raw: unknown): string | undefined =>
  typeof raw === "object" && raw !== null && "modelVersion" in raw && typeof raw.modelVersion === "string"
    ? raw.modelVersion
    : undefined;

/**
 * Google's Gemini API, `generateContent`. It counts reasoning tokens separately; here they are part of the
 * completion. Signatures of thoughts come with tool calls as `extra_content`, as in Google's OpenAI-compatible API. If
 * a caller does not return them, the package sends Google's documented placeholder and warns.
 */
export const createGoogle = (settings: RemoteSettings = {}): Provider =>
  createPackaged(
    keyedVendor("google", {
      description: "Google's models, by the Gemini API.",
      cannot: ["top_logprobs"],
      embeddings: true,
      model_in_path: true,
      modelIn: modelVersion,
      reasoning_format: "google-gemini-v1",
      async connect({ account, base_url, fetch }: Connection) {
        const { createGoogle: createSdk } = await import("@ai-sdk/google");
        const { chat, embedding } = createSdk({ apiKey: account.api_key ?? "", baseURL: base_url, fetch });
        return { chat, embedding };
      },
    }),
    settings,
  );
