import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { SdkCalls } from "./ai-sdk.ts";
import { type Fetch, type Provider, ProviderError } from "./provider.ts";

/** What an operator configures of a remote provider. */
export interface RemoteSettings {
  api_key?: string | undefined;
  base_url?: string | undefined;
  fetch?: Fetch | undefined;
}

/** How a vendor's package is given its settings; all of them, so that it looks for none in the environment. */
export interface Connection {
  apiKey: string;
  baseURL: string;
  fetch: typeof fetch;
}

/** The facts of one vendor. */
export interface Vendor {
  name: string;
  /** How it is called in messages. */
  title: string;
  description: string;
  /** The environment variable that holds its key. */
  key_variable: string;
  /** The base URL that is called: the given one in the form its package needs, or the vendor's own. */
  baseUrl(given: string | undefined): string;
  /** Loads the vendor's package, which costs tens of milliseconds and megabytes: done by the first call alone. */
  connect(connection: Connection): Promise<(model: string) => LanguageModelV4>;
}

/** Bun's own limit of five idle minutes is off: the caller's signal is the one deadline of a call. */
const patientFetch: Fetch = (input, init) => fetch(input, { ...init, timeout: false });

/** The packages ask for the global fetch's type, which has one method more than they use. */
const asGlobalFetch = (send: Fetch): typeof fetch =>
  Object.assign((...call: Parameters<Fetch>) => send(...call), { preconnect: fetch.preconnect });

async function connect(vendor: Vendor, apiKey: string, settings: RemoteSettings): Promise<SdkCalls> {
  const [{ createSdkCalls }, modelOf] = await Promise.all([
    import("./ai-sdk.ts"),
    vendor.connect({
      apiKey,
      baseURL: vendor.baseUrl(settings.base_url),
      fetch: asGlobalFetch(settings.fetch ?? patientFetch),
    }),
  ]);
  return createSdkCalls({ ...vendor, api_key: apiKey }, modelOf);
}

/**
 * A provider that is reached over the network with a key. Without one it is listed as not configured, and a call
 * throws ProviderError `not_configured` naming the variable. Any model name is passed on: only the vendor knows them.
 */
export function createRemote(vendor: Vendor, settings: RemoteSettings): Provider {
  const { name, title, description, key_variable } = vendor;
  const { api_key } = settings;
  let connected: Promise<SdkCalls> | undefined;
  const calls = async (): Promise<SdkCalls> => {
    if (!api_key)
      throw new ProviderError(name, "not_configured", `${title} is not configured: set ${key_variable}.`);
    connected ??= connect(vendor, api_key, settings).catch((cause: unknown) => {
      // The packages check their own environment as they load: an empty OPENAI_BASE_URL is enough to stop them.
      const fault = cause instanceof Error ? cause.message : String(cause);
      throw new ProviderError(name, "not_configured", `${title}'s client could not be loaded: ${fault}`, {
        cause,
      });
    });
    return connected;
  };
  return {
    listing: {
      name,
      description,
      kind: "remote",
      configured: Boolean(api_key),
      requires: [key_variable],
      models: [],
    },
    checkModel(model) {
      if (model.trim() === "")
        throw new ProviderError(name, "invalid_request", `${title}: the model's name is empty.`);
    },
    complete: async (request, options) => (await calls()).complete(request, options),
    async *stream(request, options) {
      yield* (await calls()).stream(request, options);
    },
  };
}

export const withoutTrailingSlashes = (url: string): string => url.replace(/\/+$/, "");
