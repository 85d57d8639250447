import type { Provider } from "./provider.ts";
import { createPackaged, type RemoteSettings } from "./remote.ts";
import { createAnthropicRepair } from "./repair/anthropic.ts";
import { repairAnswers } from "./repair/repaired-answers.ts";
import { type Connection, keyedVendor } from "./vendor.ts";

/**
 * Adds the version: the package appends only `/messages`, but base URLs in the form of Anthropic's own clients have
 * no version.
 */
const withVersion = (base_url: string): string => (/\/v\d+$/.test(base_url) ? base_url : `${base_url}/v1`);

/**
 * Anthropic's Messages API, which requires `max_tokens`. If a request has none, `@ai-sdk/anthropic` sends the
 * maximum that it knows for the model. For an unknown name it sends 128,000 if the name contains `claude-`, else
 * 4,096 (also for Claude 3 and older), and adds a warning. The API rejects stop sequences of white space alone.
 */
export const createAnthropic = (settings: RemoteSettings = {}): Provider =>
  createPackaged(
    keyedVendor("anthropic", {
      description:
        "Anthropic's models, by the Messages API. Without max_tokens the model's maximum is sent. If that is unknown, a " +
        "default is sent, and the completion's warnings name it.",
      cannot: ["seed", "json_object", "top_logprobs", "blank_stop"],
      temperature_max: 1,
      reasoning_format: "anthropic-claude-v1",
      async connect({ account, base_url, fetch: send }: Connection) {
        const { createAnthropic: createSdk } = await import("@ai-sdk/anthropic");
        const fetch = repairAnswers(send, createAnthropicRepair);
        const baseURL = withVersion(base_url);
        return { chat: createSdk({ apiKey: account.api_key ?? "", baseURL, fetch }).languageModel };
      },
    }),
    settings,
  );
