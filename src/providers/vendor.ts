import type { EmbeddingModelV4, JSONObject, LanguageModelV4, LanguageModelV4Usage } from "@ai-sdk/provider";
import { type ProviderAccount, VENDORS, type VendorName } from "../domain/vendors.ts";
import type { Feature } from "./features.ts";
import type { CompletionRequest } from "./provider.ts";

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

/** The facts of one vendor. */
export interface Vendor {
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
  /** Whether its package embeds texts, as `connect` then shows. */
  embeddings: boolean;
  /** What it or its package would drop without a word: left out of what is sent, with a warning. */
  cannot: readonly Feature[];
  /** What is done in another way than asked, and how. */
  remarks?: Partial<Record<Feature, string>>;
  /** Whether its package writes the model's name into the path of its URLs, unescaped. */
  model_in_path?: boolean;
  /** Temperatures above it are refused, where the package would lower them. */
  temperature_max?: number;
  /** Loads the vendor's package, which costs tens of milliseconds and megabytes: done by the first call alone. */
  connect(connection: Connection): Promise<Models>;
  /** What the package takes beside the common options, by the name that it looks under. */
  optionsOf?(request: CompletionRequest): Record<string, JSONObject>;
  /** The usage where the package's own reading is not what the vendor bills. */
  usageOf?(usage: LanguageModelV4Usage): LanguageModelV4Usage;
  /** The model's name in the vendor's own answer or chunk, where the package does not pass it on. */
  modelIn?(raw: unknown): string | undefined;
}

type KeyedFacts = Pick<Vendor, "description" | "connect"> & Partial<Vendor>;

/** A vendor that is configured by its key alone. `facts` may say otherwise. */
export function keyedVendor(name: VendorName, facts: KeyedFacts): Vendor {
  const { title, variables, base_url } = VENDORS[name];
  return {
    name,
    title,
    requires: [variables.api_key.join(" or ")],
    isConfigured: ({ api_key }) => Boolean(api_key),
    key_variable: variables.api_key[0],
    base_url,
    logprobs: false,
    embeddings: false,
    cannot: [],
    ...facts,
  };
}

export const withoutTrailingSlashes = (url: string): string => url.replace(/\/+$/, "");
