import { openAiOptions } from "./openai.ts";
import type { Provider } from "./provider.ts";
import { createRemote, type RemoteSettings } from "./remote.ts";
import { keyedVendor } from "./vendor.ts";

/** Whether the version is a date; it then belongs to the API with the deployment in the path. */
const isDated = (api_version: string | undefined): boolean => /^\d{4}-\d\d-\d\d/.test(api_version ?? "");

/**
 * Azure OpenAI's chat completions; a model is the name of a deployment. Without AZURE_API_VERSION, or with `v1` or
 * `preview`, calls go to `<resource>/openai/v1/chat/completions`. With a date such as `2024-10-21` they go to
 * `<resource>/openai/deployments/<deployment>/chat/completions`. A base URL ends in `/openai`, or is that of a
 * gateway.
 */
export const createAzure = (settings: RemoteSettings = {}): Provider =>
  createRemote(
    keyedVendor("azure", {
      description:
        "OpenAI's models on Azure, by the chat completions API. A model is the name of a deployment.",
      requires: ["AZURE_API_KEY", "AZURE_RESOURCE_NAME or AZURE_BASE_URL"],
      isConfigured: ({ api_key, resource_name, base_url }) => Boolean(api_key && (resource_name || base_url)),
      logprobs: true,
      embeddings: true,
      model_in_path: true,
      optionsOf: openAiOptions,
      async connect({ account, base_url, fetch }) {
        const { createAzure: createSdk } = await import("@ai-sdk/azure");
        const { api_key = "", api_version, resource_name } = account;
        const { chat, embedding } = createSdk({
          apiKey: api_key,
          fetch,
          ...(account.base_url || !resource_name ? { baseURL: base_url } : { resourceName: resource_name }),
          ...(api_version ? { apiVersion: api_version } : {}),
          useDeploymentBasedUrls: isDated(api_version),
        });
        return { chat, embedding };
      },
    }),
    settings,
  );
