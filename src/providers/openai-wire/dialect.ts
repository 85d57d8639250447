import type { ProviderAccount } from "../../domain/vendors.ts";
import type { CompletionRequest } from "../provider.ts";

/** The body of a request, as it is written out. */
export type RequestBody = Record<string, unknown>;

/** One message of a request's body. */
export type WireMessage = Record<string, unknown>;

export type WirePath = "/chat/completions" | "/embeddings";

/** Where calls go, and with what. */
export interface Endpoint {
  account: ProviderAccount;
  /** The account's own or the vendor's, without slashes at its end. */
  base_url: string;
}

/** How a vendor's chat completions differ from OpenAI's. */
export interface Dialect {
  /** The base URL with the path behind it if left out. Throws ProviderError `invalid_request` for an impossible one. */
  urlOf?(endpoint: Endpoint, path: WirePath, model: string): string;
  /** The key as a bearer's if left out. */
  headersOf?(account: ProviderAccount): Record<string, string>;
  /** Where an assistant's thoughts go back to the model; nowhere if null, `reasoning_content` if left out. */
  reasoning_field?: "reasoning_content" | "reasoning" | null;
  /** Whether an assistant's `reasoning_details` go back to the model; false if left out. */
  sends_reasoning_details?: true;
  /** What stands for the content of a message that only calls tools; null if left out. */
  empty_content?: "";
  /** Changes the messages after they are written. */
  messagesOf?(messages: WireMessage[], request: CompletionRequest): WireMessage[];
  /** How log-probabilities are asked for; OpenAI's way if left out. */
  logprobs?(top_logprobs: number): RequestBody;
  /** Changes the body in its place after it is written; answers warnings of what was done otherwise than asked. */
  adjust?(body: RequestBody, request: CompletionRequest): string[];
  /** Whether usage has to be asked for in a stream; true if left out. */
  asks_usage?: boolean;
  /** Whether reasoning tokens are counted beside the completion's, always; by the total if left out. */
  reasoning_beside?: boolean;
  /** US dollars that are billed, by the usage of an answer. */
  costOf?(usage: Readonly<Record<string, unknown>>): number | undefined;
  embeddings?: {
    /** How many texts one call takes. */
    at_once?: number;
    /** `float` if left out. */
    encoding_format?: "base64_int8";
  };
}
