import { OPENAI_DIALECT, OPENAI_FIELDS } from "./openai.ts";
import type { Dialect } from "./openai-wire/index.ts";
import { type Provider, ProviderError } from "./provider.ts";
import { createWired, type RemoteSettings } from "./remote.ts";
import { keyedVendor } from "./vendor.ts";

/** Whether the version is a date; it then belongs to the API with the deployment in the path. */
const isDated = (api_version: string | undefined): boolean => /^\d{4}-\d\d-\d\d/.test(api_version ?? "");

const AZURE_HOST = /\.(?:openai\.azure|services\.ai\.azure|cognitiveservices\.azure)\.com$/;
/** A label of a host's name (RFC 1123, 2.1). */
const HOST_LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

function baseUrlOf(base_url: string, { base_url: own, resource_name }: RemoteSettings): string {
  if (own || !resource_name) return base_url;
  if (HOST_LABEL.test(resource_name)) return `https://${resource_name}.openai.azure.com/openai`;
  const fault = `Azure OpenAI: '${resource_name.slice(0, 100)}' is not the name of a resource: it has letters, digits and - alone.`;
  throw new ProviderError("azure", "invalid_request", fault);
}

const DIALECT: Dialect = {
  ...OPENAI_DIALECT,
  headersOf: ({ api_key = "" }) => ({ "api-key": api_key }),
  urlOf({ account, base_url }, path, model) {
    const base = baseUrlOf(base_url, account);
    const { api_version = "v1" } = account;
    if (isDated(api_version)) return `${base}/deployments/${model}${path}?api-version=${api_version}`;
    const { hostname, pathname } = new URL(base);
    // A gateway's URL is used as it is, as is one that names its version itself.
    if (!AZURE_HOST.test(hostname) || /\/openai\/v1$/i.test(pathname)) return `${base}${path}`;
    return `${base}/v1${path}?api-version=${api_version || "v1"}`;
  },
};

/**
 * Azure OpenAI's chat completions; a model is the name of a deployment. Without AZURE_API_VERSION, or with `v1` or
 * `preview`, calls go to `<resource>/openai/v1/chat/completions`. With a date such as `2024-10-21` they go to
 * `<resource>/openai/deployments/<deployment>/chat/completions`. A base URL ends in `/openai`, or is that of a
 * gateway.
 */
export const createAzure = (settings: RemoteSettings = {}): Provider =>
  createWired(
    keyedVendor("azure", {
      description:
        "OpenAI's models on Azure, by the chat completions API. A model is the name of a deployment.",
      requires: ["AZURE_API_KEY", "AZURE_RESOURCE_NAME or AZURE_BASE_URL"],
      isConfigured: ({ api_key, resource_name, base_url }) => Boolean(api_key && (resource_name || base_url)),
      logprobs: true,
      embeddings: true,
      model_in_path: true,
      takes: OPENAI_FIELDS,
      free_fields: true,
    }),
    DIALECT,
    settings,
  );
