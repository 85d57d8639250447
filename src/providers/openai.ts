import type { Provider } from "./provider.ts";
import { createRemote, type RemoteSettings, withoutTrailingSlashes } from "./remote.ts";

const BASE_URL = "https://api.openai.com/v1";

/**
 * OpenAI's chat completions, and every server that speaks them: `/chat/completions` under the base URL, since
 * compatible servers have no `/responses`. `max_tokens` is sent only where it is asked for.
 */
export const createOpenAi = (settings: RemoteSettings = {}): Provider =>
  createRemote(
    {
      name: "openai",
      title: "OpenAI",
      description: "OpenAI's models, or those of a compatible server, by the chat completions API.",
      key_variable: "OPENAI_API_KEY",
      baseUrl: (given) => withoutTrailingSlashes(given || BASE_URL),
      async connect(connection) {
        const { createOpenAI } = await import("@ai-sdk/openai");
        return createOpenAI(connection).chat;
      },
    },
    settings,
  );
