import type { Provider } from "./provider.ts";
import { createRemote, type RemoteSettings, withoutTrailingSlashes } from "./remote.ts";

const BASE_URL = "https://api.anthropic.com/v1";

/** The package appends `/messages` to what it is given; a base URL as Anthropic's own clients take it has no version. */
function baseUrl(given: string | undefined): string {
  const base = withoutTrailingSlashes(given || BASE_URL);
  return /\/v\d+$/.test(base) ? base : `${base}/v1`;
}

/**
 * Anthropic's Messages API. It demands `max_tokens`: where a request has none, `@ai-sdk/anthropic` sends the
 * model's maximum as it knows it, for an unknown name with `claude-` in it 128,000, for any other (and for
 * Claude 3 and older) 4,096, and adds a warning to the completion where it does not know the model.
 */
export const createAnthropic = (settings: RemoteSettings = {}): Provider =>
  createRemote(
    {
      name: "anthropic",
      title: "Anthropic",
      description:
        "Anthropic's models by the Messages API. Without max_tokens the model's maximum is sent; where that is not " +
        "known, a default that the completion's warnings name.",
      key_variable: "ANTHROPIC_API_KEY",
      baseUrl,
      async connect(connection) {
        const { createAnthropic: createSdk } = await import("@ai-sdk/anthropic");
        return createSdk(connection).languageModel;
      },
    },
    settings,
  );
