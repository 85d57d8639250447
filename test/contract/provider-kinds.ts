import type { ProviderAccount } from "../../src/domain/vendors.ts";
import type { ProvidersConfig } from "../../src/providers/index.ts";
import type { Fault } from "../support/upstream/index.ts";

export const FAULTS = {
  "401": { status: 401, message: "the key is not valid" },
  "429": { status: 429, message: "slow down", headers: { "retry-after": "2" } },
  "500": { status: 500, message: "something broke" },
  "503": { status: 503, message: "too many of you" },
  hang: "hang",
  stall: "stall",
  cut: "cut",
  unfinished: "unfinished",
  garbage: "garbage",
  html: "html",
} as const satisfies Record<string, Fault>;
export type FaultName = keyof typeof FAULTS;

export type CaseName =
  | FaultName
  | "usage"
  | "no usage"
  | "length"
  | "retry-after"
  | "refused connection"
  | "tools"
  | "refusal"
  | "overflow"
  | "request";

/** The providers for which the contract runs. What an implementation cannot show is skipped with its reason. */
export interface Kind {
  name: string;
  /** A model that answers if nothing fails. */
  model: string;
  /** A model name that the provider, or its vendor, does not have. */
  unknown_model: string;
  /** The configuration with which it calls the upstream. */
  accountAt(url: string): ProvidersConfig;
  /** Models that simulate the faults of a vendor's server. Without an entry, the fault comes from the server. */
  faulty: Partial<Record<FaultName, string>>;
  /** The parts of usage that it reports beside the totals, and whether reasoning is separate from the text. */
  reports: readonly ("cached_tokens" | "cache_write_tokens" | "reasoning_tokens" | "thoughts")[];
  /** Whether its answers name the model. */
  names_model: boolean;
  skip: Partial<Record<CaseName, string>>;
}

const NO_NETWORK = "it calls nobody";
const NO_FILTER = "its API has no word for a refusal";
const ALWAYS_COUNTS = "its API always reports usage, and its package takes no answer without";
const EMBEDDED = {
  tools: "it calls no tools",
  refusal: "it refuses nothing",
  overflow: "it has no context to overflow",
  request: NO_NETWORK,
  "503": NO_NETWORK,
  "refused connection": NO_NETWORK,
} as const satisfies Kind["skip"];

export const KEY = "sk-test-0123456789abcdef";

const remote = (
  name: string,
  model: string,
  { path, account = { api_key: KEY }, ...facts }: Partial<Kind> & { path: string; account?: ProviderAccount },
): Kind => {
  return {
    name,
    model,
    unknown_model: `${model}-of-nobody`,
    accountAt: (url) => ({ [name]: { ...account, base_url: `${url}/${path}` } }),
    faulty: {},
    reports: ["cached_tokens", "reasoning_tokens", "thoughts"],
    names_model: true,
    skip: {},
    ...facts,
  };
};

export const KINDS: readonly Kind[] = [
  {
    name: "baseline",
    model: "echo",
    unknown_model: "ecko",
    accountAt: () => ({}),
    faulty: {},
    reports: [],
    names_model: true,
    skip: {
      ...EMBEDDED,
      usage: "null models read no tokens",
      length: "null models have no max_tokens",
      "401": NO_NETWORK,
      "429": NO_NETWORK,
      "500": NO_NETWORK,
      "retry-after": NO_NETWORK,
      garbage: NO_NETWORK,
      html: NO_NETWORK,
      hang: NO_NETWORK,
      stall: NO_NETWORK,
      cut: NO_NETWORK,
      unfinished: NO_NETWORK,
    },
  },
  {
    name: "mock",
    model: "mock",
    unknown_model: "mocc",
    accountAt: () => ({}),
    faulty: {
      "401": "mock?error=401",
      "429": "mock?error=429",
      "500": "mock?error=500",
      hang: "mock?error=timeout",
      cut: "mock?error=cut",
    },
    reports: [],
    names_model: true,
    skip: {
      ...EMBEDDED,
      "retry-after": "it names no time to wait",
      stall: "it has no wire",
      garbage: "it has no wire",
      html: "it has no wire",
      unfinished: "its answers end, or are cut",
    },
  },
  remote("openai", "gpt-4o-mini", { path: "v1", reports: ["cached_tokens", "reasoning_tokens"] }),
  remote("anthropic", "claude-haiku-4-5", {
    path: "v1",
    reports: ["cached_tokens", "cache_write_tokens", "reasoning_tokens", "thoughts"],
  }),
  remote("google", "gemini-2.5-flash", { path: "google/v1beta" }),
  remote("azure", "my-gpt-4o", { path: "azure/openai", reports: ["cached_tokens", "reasoning_tokens"] }),
  remote("amazon-bedrock", "us.anthropic.claude-haiku-4-5-20251001-v1:0", {
    path: "amazon-bedrock",
    account: { region: "us-east-1", access_key_id: "AKIAUPSTREAM", secret_access_key: KEY },
    reports: ["cached_tokens", "cache_write_tokens", "thoughts"],
    names_model: false,
    skip: { "no usage": ALWAYS_COUNTS },
  }),
  remote("mistral", "mistral-small-latest", {
    path: "mistral/v1",
    reports: ["cached_tokens", "thoughts"],
    skip: { refusal: NO_FILTER, "no usage": ALWAYS_COUNTS },
  }),
  remote("cohere", "command-a-03-2025", {
    path: "cohere/v2",
    reports: ["thoughts"],
    names_model: false,
    skip: { refusal: NO_FILTER, "no usage": ALWAYS_COUNTS },
  }),
  remote("groq", "llama-3.3-70b-versatile", { path: "groq/openai/v1", skip: { refusal: NO_FILTER } }),
  remote("deepseek", "deepseek-chat", { path: "deepseek" }),
  remote("perplexity", "sonar", {
    path: "perplexity",
    reports: ["reasoning_tokens"],
    skip: { refusal: NO_FILTER, tools: "it takes no tools" },
  }),
  remote("xai", "grok-3-mini", { path: "xai/v1" }),
  remote("togetherai", "openai/gpt-oss-20b", {
    path: "togetherai/v1",
    reports: ["thoughts"],
    skip: { refusal: NO_FILTER },
  }),
  remote("fireworks", "accounts/fireworks/models/kimi-k2p6", { path: "fireworks/inference/v1" }),
  remote("cerebras", "gpt-oss-120b", { path: "cerebras/v1" }),
  remote("huggingface", "openai/gpt-oss-120b:fastest", {
    path: "huggingface/v1",
    skip: { refusal: NO_FILTER },
  }),
  remote("deepinfra", "google/gemini-2.5-flash", { path: "deepinfra/v1/openai" }),
  remote("openrouter", "openai/gpt-4o-mini", { path: "openrouter/api/v1" }),
  remote("ollama", "gpt-oss:20b", { path: "ollama/v1", account: {}, skip: { refusal: NO_FILTER } }),
  remote("vllm", "Qwen/Qwen3-8B", { path: "vllm/v1", account: {} }),
  remote("llamacpp", "default", { path: "llamacpp/v1", account: {}, skip: { refusal: NO_FILTER } }),
  remote("lmstudio", "qwen3-8b", { path: "lmstudio/v1", account: {}, skip: { refusal: NO_FILTER } }),
  remote("my-server", "some-model", {
    path: "v1",
    accountAt: (url) => ({ endpoints: { "my-server": { base_url: `${url}/v1`, api_key: KEY } } }),
  }),
];
