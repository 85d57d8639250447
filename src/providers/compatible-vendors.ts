import { isRecord } from "../base/json/json.ts";
import type { GenerationField } from "../domain/completions/generation-params.ts";
import {
  ENDPOINT_PREFIX,
  type ProviderAccount,
  prefixOf,
  VENDORS,
  type VendorName,
} from "../domain/vendors.ts";
import type { Dialect, RequestBody } from "./openai-wire/index.ts";
import type { CompletionRequest, Provider } from "./provider.ts";
import { createWired, type RemoteSettings } from "./remote.ts";
import { keyedVendor, type VendorFacts } from "./vendor.ts";

interface Facts
  extends Partial<
    Pick<VendorFacts, "description" | "logprobs" | "embeddings" | "cannot" | "remarks" | "takes">
  > {
  name: VendorName;
  dialect?: Dialect;
}

/** The number alone, in place of OpenAI's two fields; at least 1, for 0 would ask for none. */
const countedLogprobs = (top_logprobs: number) => ({ logprobs: Math.max(1, top_logprobs) });

/** What does not narrow the choice of a model: it is everybody's, or may be dropped (the temperature among it). */
const UNDEMANDING: ReadonlySet<string> = new Set<keyof CompletionRequest>([
  "model",
  "messages",
  "max_tokens",
  "max_completion_tokens",
  "temperature",
  "metadata",
  "prediction",
  "service_tier",
  "user",
]);

/** Left to itself, OpenRouter drops what the model behind it cannot do; told so, it looks for one that can. */
function requireParameters(body: RequestBody): string[] {
  const asked = Object.keys(body).some((name) => !UNDEMANDING.has(name));
  if (asked) body.provider = { require_parameters: true };
  return [];
}

const numberOf = (value: unknown): number => (typeof value === "number" ? value : 0);

/** OpenRouter's credits are US dollars; with a key of one's own at the vendor, the vendor's bill comes beside. */
function openRouterCost({ cost, is_byok, cost_details }: Readonly<Record<string, unknown>>) {
  if (typeof cost !== "number") return undefined;
  const upstream = isRecord(cost_details) ? numberOf(cost_details.upstream_inference_cost) : 0;
  return is_byok === true ? cost + upstream : cost;
}

/** What most servers of open models take. */
const OPEN_MODEL_FIELDS: readonly GenerationField[] = [
  "reasoning_effort",
  "n",
  "presence_penalty",
  "frequency_penalty",
  "top_k",
  "min_p",
  "logit_bias",
];

/** Vendors with a key whose API is OpenAI's chat completions. */
const HOSTED: readonly Facts[] = [
  {
    name: "xai",
    logprobs: true,
    takes: ["reasoning_effort", "parallel_tool_calls", "n", "presence_penalty", "frequency_penalty", "user"],
  },
  {
    name: "togetherai",
    logprobs: true,
    embeddings: true,
    takes: OPEN_MODEL_FIELDS,
    dialect: { logprobs: countedLogprobs, reasoning_field: "reasoning" },
  },
  {
    name: "fireworks",
    logprobs: true,
    embeddings: true,
    takes: [...OPEN_MODEL_FIELDS, "parallel_tool_calls", "prediction", "metadata", "user", "service_tier"],
  },
  {
    name: "cerebras",
    logprobs: true,
    takes: ["reasoning_effort", "parallel_tool_calls", "logit_bias", "prediction", "service_tier", "user"],
    dialect: { reasoning_field: "reasoning" },
  },
  { name: "huggingface", logprobs: true, takes: OPEN_MODEL_FIELDS },
  {
    name: "deepinfra",
    logprobs: true,
    embeddings: true,
    takes: [...OPEN_MODEL_FIELDS, "user", "service_tier"],
  },
  {
    name: "openrouter",
    logprobs: true,
    embeddings: true,
    description:
      "Models of many vendors by OpenRouter's chat completions API. Only models that can do what is asked are " +
      "called; temperature alone may be dropped.",
    takes: [
      ...OPEN_MODEL_FIELDS.filter((name) => name !== "n"),
      "verbosity",
      "parallel_tool_calls",
      "prediction",
      "service_tier",
      "metadata",
      "user",
    ],
    dialect: {
      adjust: requireParameters,
      reasoning_field: "reasoning",
      sends_reasoning_details: true,
      costOf: openRouterCost,
    },
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

interface Wired {
  vendor: VendorFacts;
  dialect: Dialect;
}

function hosted({ name, dialect = {}, ...facts }: Facts): Wired {
  const description = `Models on ${VENDORS[name].title} by its chat completions API.`;
  return { vendor: keyedVendor(name, { description, free_fields: true, ...facts }), dialect };
}

/** Sends every field on as it is: the operator knows what the server takes. */
function local(facts: Facts): Wired {
  const { vendor, dialect } = hosted(facts);
  const { title } = VENDORS[facts.name];
  return {
    dialect,
    vendor: {
      ...vendor,
      description: `Models on a server of your own that runs ${title}, by its chat completions API.`,
      embeddings: true,
      takes: "all",
      requires: [`${prefixOf(facts.name)}_BASE_URL`],
      isConfigured: ({ base_url }) => Boolean(base_url),
    },
  };
}

const COMPATIBLE: readonly Wired[] = [...HOSTED.map(hosted), ...LOCAL.map(local)];

/** Every built-in provider that speaks OpenAI's chat completions with no more than a few facts of its own. */
export const createCompatibleProviders = (
  accounts: Readonly<Record<string, ProviderAccount | undefined>>,
  fetch?: RemoteSettings["fetch"],
): Provider[] =>
  COMPATIBLE.map(({ vendor, dialect }) => createWired(vendor, dialect, { ...accounts[vendor.name], fetch }));

/** A server of OpenAI's chat completions that the operator has given a name and a URL. */
export function createEndpoint(name: string, settings: RemoteSettings): Provider {
  const prefix = `${ENDPOINT_PREFIX}${prefixOf(name)}`;
  const vendor: VendorFacts = {
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
    takes: "all",
    free_fields: true,
  };
  return createWired(vendor, { sends_reasoning_details: true }, settings);
}
