import type { ProviderAccount } from "../domain/vendors.ts";
import type { SdkCalls } from "./ai-sdk/index.ts";
import { limitBodies } from "./body-limit.ts";
import { tellBeginnings } from "./call-signal.ts";
import { type Fetch, type Provider, ProviderError } from "./provider.ts";
import { type Vendor, withoutTrailingSlashes } from "./vendor.ts";

/** An operator's settings of a remote provider; `fetch` is for tests. */
export interface RemoteSettings extends ProviderAccount {
  fetch?: Fetch | undefined;
}

/** Turns off Bun's own limit of five idle minutes: the caller's signal is the only deadline of a call. */
const patientFetch: Fetch = (input, init) => fetch(input, { ...init, timeout: false });

/** The packages require the type of the global fetch, which has one method more than they use. */
const asGlobalFetch = (send: Fetch): typeof fetch =>
  Object.assign((...call: Parameters<Fetch>) => send(...call), { preconnect: fetch.preconnect });

const secretsOf = ({ api_key, secret_access_key, session_token }: ProviderAccount): string[] =>
  [api_key, secret_access_key, session_token].filter((secret) => secret !== undefined);

async function connect(vendor: Vendor, settings: RemoteSettings): Promise<SdkCalls> {
  const { fetch: send = patientFetch, ...account } = settings;
  const [{ createSdkCalls }, models] = await Promise.all([
    import("./ai-sdk/index.ts"),
    vendor.connect({
      account,
      base_url: withoutTrailingSlashes(account.base_url || vendor.base_url),
      fetch: asGlobalFetch(tellBeginnings(limitBodies(send))),
    }),
  ]);
  return createSdkCalls(vendor, { ...vendor, secrets: secretsOf(account) }, models);
}

const SEGMENT = /^(?!\.+$)[\w.:@-]+$/;

/** In a path, any other name could send the call, with its key, to another address of the vendor. */
const fitsInPath = (model: string): boolean => model.split("/").every((segment) => SEGMENT.test(segment));

function refuseModel({ name, title, model_in_path }: Vendor, model: string): void {
  const reject = (fault: string) => {
    throw new ProviderError(name, "invalid_request", `${title}: ${fault}`);
  };
  if (model.trim() === "") reject("the model's name is empty.");
  if (model_in_path && !fitsInPath(model))
    reject(
      `'${model.slice(0, 100)}' is not a model's name: only letters, digits and - _ . : @ / are accepted.`,
    );
}

/**
 * Creates a provider that is called over the network. Without its required settings it is listed as not configured,
 * and a call throws ProviderError `not_configured` naming the variables. Any model name is passed on, because only
 * the vendor knows them.
 */
export function createRemote(vendor: Vendor, settings: RemoteSettings): Provider {
  const { name, title, description, requires, logprobs, embeddings } = vendor;
  const configured = vendor.isConfigured(settings);
  let connected: Promise<SdkCalls> | undefined;
  const calls = async (): Promise<SdkCalls> => {
    if (!configured) {
      const message = `${title} is not configured: set ${requires.join(" and ")}.`;
      throw new ProviderError(name, "not_configured", message);
    }
    connected ??= connect(vendor, settings).catch((cause: unknown) => {
      // The packages check their own environment while loading: an empty OPENAI_BASE_URL is enough to stop them.
      const fault = cause instanceof Error ? cause.message : String(cause);
      const message = `The client of ${title} could not be loaded: ${fault}`;
      throw new ProviderError(name, "not_configured", message, { cause });
    });
    return connected;
  };
  let loaded = false;
  const load = async () => {
    await calls();
    loaded = true;
  };
  return {
    listing: {
      name,
      description,
      kind: "remote",
      configured,
      requires: [...requires],
      streams: true,
      logprobs,
      embeddings,
      models: [],
    },
    load: () => (loaded ? undefined : load()),
    checkModel: (model) => refuseModel(vendor, model),
    complete: async (request, options) => (await calls()).complete(request, options),
    async *stream(request, options) {
      yield* (await calls()).stream(request, options);
    },
    ...(embeddings
      ? { embed: async (request, options) => (await calls()).embed(request, options) }
      : undefined),
  };
}
