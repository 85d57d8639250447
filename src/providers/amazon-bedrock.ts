import type { ProviderAccount } from "../domain/vendors.ts";
import type { Provider } from "./provider.ts";
import { createPackaged, type RemoteSettings } from "./remote.ts";
import { type Connection, keyedVendor } from "./vendor.ts";

const hasCredentials = ({ api_key, access_key_id, secret_access_key }: ProviderAccount): boolean =>
  Boolean(api_key || (access_key_id && secret_access_key));

/** Some partitions have their own domain. */
const domainOf = (region: string): string =>
  region.startsWith("cn-")
    ? "amazonaws.com.cn"
    : region.startsWith("eusc-")
      ? "amazonaws.eu"
      : "amazonaws.com";

/**
 * Amazon Bedrock's Converse API. Calls carry the API key if there is one; otherwise they are signed with the access
 * key (AWS Signature Version 4). A model is its id, or the id of an inference profile.
 */
export const createAmazonBedrock = (settings: RemoteSettings = {}): Provider =>
  createPackaged(
    keyedVendor("amazon-bedrock", {
      description:
        "Models on Amazon Bedrock, by the Converse API. A model is its id, or the id of an inference profile.",
      requires: [
        "AWS_REGION or AWS_DEFAULT_REGION",
        "AWS_BEARER_TOKEN_BEDROCK or AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY",
      ],
      isConfigured: (account) => Boolean(account.region) && hasCredentials(account),
      key_variable: settings.api_key ? "AWS_BEARER_TOKEN_BEDROCK" : "AWS_ACCESS_KEY_ID",
      cannot: ["seed", "json_object", "top_logprobs", "blank_stop"],
      temperature_max: 1,
      // Claude's signatures are the same on every platform.
      reasoning_format: "anthropic-claude-v1",
      embeddings: true,
      async connect({ account, base_url, fetch }: Connection) {
        const { createAmazonBedrock: createSdk } = await import("@ai-sdk/amazon-bedrock");
        const { api_key = "", region = "", access_key_id, secret_access_key, session_token } = account;
        const { languageModel: chat, embedding } = createSdk({
          region,
          // An empty key keeps the package from reading the environment.
          apiKey: api_key,
          fetch,
          baseURL: account.base_url ? base_url : `https://bedrock-runtime.${region}.${domainOf(region)}`,
          ...(access_key_id ? { accessKeyId: access_key_id } : {}),
          ...(secret_access_key ? { secretAccessKey: secret_access_key } : {}),
          ...(session_token ? { sessionToken: session_token } : {}),
        });
        return { chat, embedding };
      },
    }),
    settings,
  );
