import {
  ENDPOINT_PREFIX,
  type ProviderAccount,
  prefixOf,
  VENDORS,
  type VendorName,
} from "../domain/vendors.ts";
import { compatibleFacts, type Dialect } from "./openai-compatible.ts";
import type { CompletionRequest, Provider } from "./provider.ts";
import { createRemote, type RemoteSettings } from "./remote.ts";
import { keyedVendor, type Vendor } from "./vendor.ts";

interface Facts
  extends Partial<Pick<Vendor, "description" | "logprobs" | "embeddings" | "cannot" | "remarks">> {
  name: VendorName;
  dialect?: Dialect;
}

/** The number alone, in place of OpenAI's two fields; at least 1, for 0 would ask for none. */
const countedLogprobs = (top_logprobs: number) => ({ logprobs: Math.max(1, top_logprobs) });

/** Left to itself, OpenRouter drops what the model behind it cannot do; told so, it looks for one that can. */
function requireParameters(request: CompletionRequest) {
  const { response_format, tools, top_logprobs, seed, stop, top_p } = request;
  const asked = [response_format, tools, top_logprobs, seed, stop, top_p].some(
    (value) => value !== undefined,
  );
  return asked ? { provider: { require_parameters: true } } : {};
}

/** Vendors with a key whose API is OpenAI's chat completions. */
const HOSTED: readonly Facts[] = [
  { name: "xai", logprobs: true },
  { name: "togetherai", logprobs: true, embeddings: true, dialect: { logprobs: countedLogprobs } },
  { name: "fireworks", logprobs: true, embeddings: true },
  { name: "cerebras", logprobs: true },
  { name: "huggingface", logprobs: true },
  { name: "deepinfra", logprobs: true, embeddings: true },
  {
    name: "openrouter",
    logprobs: true,
    embeddings: true,
    description:
      "Models of many vendors by OpenRouter's chat completions API. Only models that can do what is asked are " +
      "called; temperature alone may be dropped.",
    dialect: { extra: requireParameters },
  },
];

/** Servers of the operator's own: configured by their URL, with a key only if they ask for one. */
const LOCAL: readonly Facts[] = [
  {
    name: "ollama",
    logprobs: true,
    remarks: { tool_choice: "sent, but Ollama is not known to act on it" },
  },
  { name: "vllm", logprobs: true },
  { name: "llamacpp", logprobs: true },
  { name: "lmstudio", cannot: ["top_logprobs"] },
];

function hosted({ name, dialect, ...facts }: Facts): Vendor {
  const description = `Models on ${VENDORS[name].title} by its chat completions API.`;
  return keyedVendor(name, { description, ...compatibleFacts(dialect), ...facts });
}

const local = (facts: Facts): Vendor => ({
  ...hosted(facts),
  description: `Models on a server of your own that runs ${VENDORS[facts.name].title}, by its chat completions API.`,
  embeddings: true,
  requires: [`${prefixOf(facts.name)}_BASE_URL`],
  isConfigured: ({ base_url }) => Boolean(base_url),
});

const COMPATIBLE: readonly Vendor[] = [...HOSTED.map(hosted), ...LOCAL.map(local)];

/** Every built-in provider that speaks OpenAI's chat completions without a package of its own. */
export const createCompatibleProviders = (
  accounts: Readonly<Record<string, ProviderAccount | undefined>>,
  fetch?: RemoteSettings["fetch"],
): Provider[] => COMPATIBLE.map((vendor) => createRemote(vendor, { ...accounts[vendor.name], fetch }));

/** A server of OpenAI's chat completions that the operator has given a name and a URL. */
export function createEndpoint(name: string, settings: RemoteSettings): Provider {
  const prefix = `${ENDPOINT_PREFIX}${prefixOf(name)}`;
  const vendor: Vendor = {
    name,
    title: `The endpoint '${name}'`,
    description: "An OpenAI-compatible server that this server's operator has set up.",
    requires: [`${prefix}_BASE_URL`],
    isConfigured: ({ base_url }) => Boolean(base_url),
    key_variable: `${prefix}_API_KEY`,
    base_url: "",
    logprobs: true,
    embeddings: true,
    cannot: [],
    ...compatibleFacts(),
  };
  return createRemote(vendor, settings);
}
