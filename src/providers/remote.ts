import type { ProviderAccount } from "../domain/vendors.ts";
import { limitBodies } from "./body-limit.ts";
import { tellBeginnings } from "./call-signal.ts";
import type { Account } from "./failure/account.ts";
import { createWireCalls, type Dialect } from "./openai-wire/index.ts";
import { type CompletionDelta, type Fetch, type Provider, ProviderError } from "./provider.ts";
import { type PackagedVendor, type VendorCalls, type VendorFacts, withoutTrailingSlashes } from "./vendor.ts";

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

/** Combines a vendor's facts with an operator's settings. */
function endpointOf(vendor: VendorFacts, { fetch: send = patientFetch, ...account }: RemoteSettings) {
  const { name, title } = vendor;
  const suffix = account.number === undefined ? "" : `_${account.number}`;
  const key_variable = `${vendor.key_variable}${suffix}`;
  const named: Account = { name, title, key_variable, secrets: secretsOf(account) };
  return {
    send,
    account,
    named,
    base_url: withoutTrailingSlashes(account.base_url || vendor.base_url),
  };
}

async function connectPackage(vendor: PackagedVendor, settings: RemoteSettings): Promise<VendorCalls> {
  const { send, account, named, base_url } = endpointOf(vendor, settings);
  const fetch = asGlobalFetch(tellBeginnings(limitBodies(send)));
  const [{ createSdkCalls }, models] = await Promise.all([
    import("./ai-sdk/index.ts"),
    vendor.connect({ account, base_url, fetch }),
  ]);
  return createSdkCalls(vendor, named, models);
}

const SEGMENT = /^(?!\.+$)[\w.:@-]+$/;

/** In a path, any other name could send the call, with its key, to another address of the vendor. */
const fitsInPath = (model: string): boolean => model.split("/").every((segment) => SEGMENT.test(segment));

function refuseModel({ name, title, model_in_path }: VendorFacts, model: string): void {
  const reject = (fault: string) => {
    throw new ProviderError(name, "invalid_request", `${title}: ${fault}`);
  };
  if (model.trim() === "") reject("the model's name is empty.");
  if (model_in_path && !fitsInPath(model))
    reject(
      `'${model.slice(0, 100)}' is not a model's name: only letters, digits and - _ . : @ / are accepted.`,
    );
}

function refuseUnconfigured({ name, title, requires, isConfigured }: VendorFacts, account: ProviderAccount) {
  if (isConfigured(account)) return;
  const message = `${title} is not configured: set ${requires.join(" and ")}.`;
  throw new ProviderError(name, "not_configured", message);
}

type Listed = Pick<Provider, "listing" | "checkModel">;

const listed = (vendor: VendorFacts, account: ProviderAccount): Listed => ({
  listing: {
    name: vendor.name,
    description: vendor.description,
    kind: "remote",
    configured: vendor.isConfigured(account),
    requires: [...vendor.requires],
    streams: true,
    logprobs: vendor.logprobs,
    embeddings: vendor.embeddings,
    models: [],
  },
  checkModel: (model) => refuseModel(vendor, model),
});

/**
 * Creates a provider that is called by its vendor's package, which the first call loads. Without its required
 * settings it is listed as not configured, and a call throws ProviderError `not_configured` naming the variables. Any
 * model name is passed on, because only the vendor knows them.
 */
export function createPackaged(vendor: PackagedVendor, settings: RemoteSettings): Provider {
  const { name, title, embeddings } = vendor;
  let connected: Promise<VendorCalls> | undefined;
  const calls = async (): Promise<VendorCalls> => {
    refuseUnconfigured(vendor, settings);
    connected ??= connectPackage(vendor, settings).catch((cause: unknown) => {
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
    ...listed(vendor, settings),
    load: () => (loaded ? undefined : load()),
    complete: async (request, options) => (await calls()).complete(request, options),
    async *stream(request, options) {
      yield* (await calls()).stream(request, options);
    },
    ...(embeddings
      ? { embed: async (request, options) => (await calls()).embed(request, options) }
      : undefined),
  };
}

/** A stream that fails at its first piece. */
const failing = (error: unknown): AsyncIterable<CompletionDelta> => ({
  [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }),
});

/** Creates a provider that is called by our own client of OpenAI's chat completions. Otherwise like `createPackaged`. */
export function createWired(vendor: VendorFacts, dialect: Dialect, settings: RemoteSettings): Provider {
  const { send: fetch, account: accountOf, named, base_url } = endpointOf(vendor, settings);
  const endpoint = { account: accountOf, base_url };
  const calls = createWireCalls({ vendor, account: named, dialect, endpoint, fetch });
  const embed: Provider["embed"] = async (request, options) => {
    refuseUnconfigured(vendor, settings);
    return calls.embed(request, options);
  };
  return {
    ...listed(vendor, settings),
    async complete(request, options) {
      refuseUnconfigured(vendor, settings);
      return calls.complete(request, options);
    },
    stream(request, options) {
      try {
        refuseUnconfigured(vendor, settings);
      } catch (error) {
        return failing(error);
      }
      return calls.stream(request, options);
    },
    ...(vendor.embeddings ? { embed } : undefined),
  };
}
