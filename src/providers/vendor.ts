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
  /** How it is called in messages. */
  title: string;
  description: string;
  /** What must be set, one requirement each; variables that can stand for each other have "or" between them. */
  requires: readonly string[];
  isConfigured(account: ProviderAccount): boolean;
  /** The environment variable that holds its key, for messages about a key that is refused. */
  key_variable: string;
  /** Used where the account has none. */
  base_url: string;
  /** Whether it returns log-probabilities. */
  logprobs: boolean;
  /** Whether it embeds texts. */
  embeddings: boolean;
  /** What it or its package would drop without a word: left out of what is sent, with a warning. */
  cannot: readonly Feature[];
  /** What is done in another way than asked, and how. */
  remarks?: Partial<Record<Feature, string>>;
  /** Which fields beside the sampling fields it takes; a server of the operator's own is sent all of them. */
  takes: "all" | readonly GenerationField[];
  /** Whether `provider_options` can be sent, as fields of the request's body. */
  free_fields: boolean;
  /** Whether the model's name stands in the path of its URLs, unescaped. */
  model_in_path?: boolean;
  /** Temperatures above it are refused, where the package would lower them. */
  temperature_max?: number;
}

/** The calls of one vendor. They throw ProviderError alone. */
export interface VendorCalls {
  complete(request: CompletionRequest, options?: CallOptions): Promise<ProviderCompletion>;
  stream(request: CompletionRequest, options?: CallOptions): AsyncIterable<CompletionDelta>;
  embed(request: EmbeddingRequest, options?: Pick<CallOptions, "signal">): Promise<ProviderEmbedding>;
}

/** How a vendor's package is given its settings; all of them, so that it looks for none in the environment. */
export interface Connection {
  account: ProviderAccount;
  /** The account's own or the vendor's, without slashes at its end. */
  base_url: string;
  fetch: typeof fetch;
}

/** A vendor's models by name. */
export interface Models {
  chat(model: string): LanguageModelV4;
  /** Absent where the vendor has no embeddings. */
  embedding?(model: string): EmbeddingModelV4;
}

/** A vendor that is called by a package of its own. */
export interface PackagedVendor extends VendorFacts {
  /** Loads the vendor's package, which costs tens of milliseconds and megabytes: done by the first call alone. */
  connect(connection: Connection): Promise<Models>;
  /** What the package takes beside the common options, by the name that it looks under. */
  optionsOf?(request: CompletionRequest): Record<string, JSONObject>;
  /** The usage where the package's own reading is not what the vendor bills. */
  usageOf?(usage: LanguageModelV4Usage): LanguageModelV4Usage;
  /** The model's name in the vendor's own answer or chunk, where the package does not pass it on. */
  modelIn?(raw: unknown): string | undefined;
}

/** What the packages' common options have of the fields beside the sampling fields; a warning tells who takes none. */
const COMMON_OPTIONS: readonly GenerationField[] = [
  "top_k",
  "presence_penalty",
  "frequency_penalty",
  "reasoning_effort",
];

/** A vendor that is configured by its key alone. `facts` may say otherwise. */
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
