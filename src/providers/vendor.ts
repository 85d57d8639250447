import type { EmbeddingModelV4, JSONObject, LanguageModelV4, LanguageModelV4Usage } from "@ai-sdk/provider";
import type { GenerationField } from "../domain/completions/generation-params.ts";
import { type ProviderAccount, VENDORS, type VendorName } from "../domain/vendors.ts";
import type { Feature } from "./features.ts";
import type {
  CallOptions,
  CompletionDelta,
  CompletionRequest,
  EmbeddingRequest,
  ProviderCompletion,
  ProviderEmbedding,
} from "./provider.ts";

/** The facts of one vendor. */
export interface VendorFacts {
  name: string;
  /** The vendor's name in messages. */
  title: string;
  description: string;
  /** The required settings; "or" joins variables that can replace each other. */
  requires: readonly string[];
  isConfigured(account: ProviderAccount): boolean;
  /** The environment variable of its key, for messages about a rejected key. */
  key_variable: string;
  /** The default base URL. */
  base_url: string;
  /** Whether it returns log-probabilities. */
  logprobs: boolean;
  /** Whether it embeds texts. */
  embeddings: boolean;
  /** Features that the vendor or its package drops silently: they are left out of requests, with a warning. */
  cannot: readonly Feature[];
  /** Features that are implemented differently than requested, and how. */
  remarks?: Partial<Record<Feature, string>>;
  /** The accepted fields beyond sampling. A server of the operator's own receives all of them. */
  takes: "all" | readonly GenerationField[];
  /** Whether `provider_options` can be sent, as fields of the request's body. */
  free_fields: boolean;
  /** Whether the model's name stands unescaped in the path of its URLs. */
  model_in_path?: boolean;
  /** The highest accepted temperature; higher ones are rejected, because the package would lower them. */
  temperature_max?: number;
}

/** The calls of one vendor. They throw nothing but ProviderError. */
export interface VendorCalls {
  complete(request: CompletionRequest, options?: CallOptions): Promise<ProviderCompletion>;
  stream(request: CompletionRequest, options?: CallOptions): AsyncIterable<CompletionDelta>;
  embed(request: EmbeddingRequest, options?: Pick<CallOptions, "signal">): Promise<ProviderEmbedding>;
}

/** The settings of a vendor's package. All are given, so that it reads none from the environment. */
export interface Connection {
  account: ProviderAccount;
  /** The base URL of the account or of the vendor, without trailing slashes. */
  base_url: string;
  fetch: typeof fetch;
}

/** The models of a vendor, by name. */
export interface Models {
  chat(model: string): LanguageModelV4;
  /** Absent if the vendor has no embeddings. */
  embedding?(model: string): EmbeddingModelV4;
}

/** A vendor that is called by its own package. */
export interface PackagedVendor extends VendorFacts {
  /** Loads the vendor's package, which costs tens of milliseconds and megabytes; only the first call does so. */
  connect(connection: Connection): Promise<Models>;
  /** Returns the package's own options, by the name under which it reads them. */
  optionsOf?(request: CompletionRequest): Record<string, JSONObject>;
  /** Corrects the usage, if the package reads it differently than the vendor bills it. */
  usageOf?(usage: LanguageModelV4Usage): LanguageModelV4Usage;
  /**
   * The form of the signatures of its models' reasoning, under OpenRouter's name for it. Reasoning of another form is
   * not sent back.
   */
  reasoning_format?: string;
  /** Returns the model's name from the vendor's own answer or chunk, if the package does not pass it on. */
  modelIn?(raw: unknown): string | undefined;
}

/** The fields beyond sampling among the packages' common options. A package warns if its vendor does not accept one. */
const COMMON_OPTIONS: readonly GenerationField[] = [
  "top_k",
  "presence_penalty",
  "frequency_penalty",
  "reasoning_effort",
];

/** Returns the facts of a vendor that is configured by its key alone; `facts` may override them. */
export function keyedVendor<Facts extends Pick<VendorFacts, "description"> & Partial<VendorFacts>>(
  name: VendorName,
  facts: Facts,
): VendorFacts & NoInfer<Facts> {
  const { title, variables, base_url } = VENDORS[name];
  return {
    name,
    title,
    requires: [variables.api_key.join(" or ")],
    isConfigured: ({ api_key }: ProviderAccount) => Boolean(api_key),
    key_variable: variables.api_key[0],
    base_url,
    logprobs: false,
    embeddings: false,
    cannot: [],
    takes: COMMON_OPTIONS,
    free_fields: false,
    ...facts,
  };
}

export const withoutTrailingSlashes = (url: string): string => url.replace(/\/+$/, "");
