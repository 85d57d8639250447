import type { Provider } from "./provider.ts";
import { createPackaged, type RemoteSettings } from "./remote.ts";
import { type Connection, keyedVendor } from "./vendor.ts";

/** The package appends `/messages` to what it is given; a base URL as Anthropic's own clients take it has no version. */
const withVersion = (base_url: string): string => (/\/v\d+$/.test(base_url) ? base_url : `${base_url}/v1`);

/**
 * Anthropic's Messages API. It demands `max_tokens`: where a request has none, `@ai-sdk/anthropic` sends the
 * model's maximum as it knows it, for an unknown name with `claude-` in it 128,000, for any other (and for
 * Claude 3 and older) 4,096, and adds a warning to the completion where it does not know the model. It refuses
 * stop sequences of nothing but white space.
 */
export const createAnthropic = (settings: RemoteSettings = {}): Provider =>
  createPackaged(
    keyedVendor("anthropic", {
      description:
        "Anthropic's models by the Messages API. Without max_tokens the model's maximum is sent; where that is not " +
        "known, a default that the completion's warnings name.",
      cannot: ["seed", "json_object", "top_logprobs", "blank_stop"],
      temperature_max: 1,
      async connect({ account, base_url, fetch }: Connection) {
        const { createAnthropic: createSdk } = await import("@ai-sdk/anthropic");
        const baseURL = withVersion(base_url);
        return { chat: createSdk({ apiKey: account.api_key ?? "", baseURL, fetch }).languageModel };
      },
    }),
    settings,
  );
