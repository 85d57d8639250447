import type { ChatMessage, ResponseFormat, Tool, ToolCall, ToolChoice } from "../domain/completions/chat.ts";
import type { ProviderCompletion, SamplingParams, Usage } from "../domain/completions/completion.ts";
import type { GenerationParams } from "../domain/completions/generation-params.ts";
import type { ProviderListing } from "../domain/provider.ts";

export type { ProviderCompletion } from "../domain/completions/completion.ts";

/** A request to a provider. `model` is the provider's own name for the model. */
export interface CompletionRequest extends SamplingParams, GenerationParams {
  model: string;
  messages: readonly ChatMessage[];
  response_format?: ResponseFormat;
  tools?: readonly Tool[];
  tool_choice?: ToolChoice;
  /** How many likeliest tokens to report with each token's log-probability; 0 reports only the token's own. */
  top_logprobs?: number;
  /** The choices of a multiple-choice sample. Only `baseline` and `mock` read them; they are never sent. */
  choices?: readonly string[];
  /** The text of each choice's answer, if it is not `ANSWER: $LETTER`. Only `baseline` and `mock` read it. */
  answers?: readonly string[];
  /** The sample's question without its choices. Only `baseline` reads it; it is never sent. */
  question?: string;
  /**
   * How many times the sample was answered before. It distinguishes the embedded models' answers, and is never
   * sent.
   */
  repeat?: number;
}

/**
 * A piece of a streamed answer. The last one is always `finish`; otherwise the stream was cut. The pieces of one
 * tool call share its `index`; their `arguments` are concatenated. `reasoning` is not part of the text. `refusal` marks the words
 * of a refusal that the provider tells apart from an answer.
 */
export type CompletionDelta =
  | { type: "text"; text: string; refusal?: true }
  | { type: "reasoning"; text: string }
  | {
      type: "tool_call";
      index: number;
      id: string;
      name: string;
      arguments: string;
      /** What the model needs back with the call. */
      extra_content?: ToolCall["extra_content"];
    }
  | { type: "finish"; completion: ProviderCompletion };

export interface CallOptions {
  /** Aborts the call upstream. */
  signal?: AbortSignal;
  /** Called when the headers of a streamed answer have arrived, before its first piece. */
  onBegin?(): void;
  /** Called for data that is not passed on, such as hidden reasoning: the model is working. */
  onProgress?(): void;
}

/** The expected usage and time of a call. */
export interface Forecast {
  usage: Usage;
  /** Milliseconds. */
  latency_ms: number;
  /** The share of calls that fail, and whether a retry may succeed. */
  error_rate: number;
  retryable: boolean;
}

/** Texts to embed. `model` is the provider's own name for the model. */
export interface EmbeddingRequest {
  model: string;
  texts: readonly string[];
}

/** A vector of finite numbers for each text, in order, all of the same length. */
export interface ProviderEmbedding {
  vectors: number[][];
  model: string;
  /** Null if the provider reported none. */
  usage: { prompt_tokens: number } | null;
}

export type { Fetch } from "../base/fetch.ts";

/**
 * A source of completions. A provider only makes calls: limits, retries, time-outs, accounting and storage belong
 * to `services/model-calls`. It throws nothing but `ProviderError`.
 */
export interface Provider {
  readonly listing: ProviderListing;
  /** One provider for each of its accounts, the first one included. Absent if it has only one. */
  readonly accounts?: readonly [Provider, ...Provider[]];
  /** Throws ProviderError `invalid_request` naming the fault, if this provider cannot have such a model. */
  checkModel(model: string): void;
  complete(request: CompletionRequest, options?: CallOptions): Promise<ProviderCompletion>;
  /** Absent if the provider cannot stream. */
  stream?(request: CompletionRequest, options?: CallOptions): AsyncIterable<CompletionDelta>;
  /**
   * Embeds any number of texts, in as many successive calls as the provider needs. Absent if it has no embeddings.
   */
  embed?(request: EmbeddingRequest, options?: Pick<CallOptions, "signal">): Promise<ProviderEmbedding>;
  /**
   * Loads what the first call needs, such as the vendor's package, so that its time does not include the loading.
   * Returns undefined if everything is loaded. Calls without it load it themselves.
   */
  load?(): Promise<void> | undefined;
  /** Predicts a call without making it. Absent unless the provider is embedded: only those can know. */
  forecast?(request: CompletionRequest): Forecast;
}

export const PROVIDER_FAILURES = [
  "not_configured",
  "invalid_request",
  "authentication",
  "rate_limited",
  "overloaded",
  "timeout",
  "unreachable",
  "invalid_response",
  "cancelled",
  "server_error",
  "over_budget",
] as const;
export type ProviderFailure = (typeof PROVIDER_FAILURES)[number];

interface ProviderErrorFacts {
  retryable?: boolean;
  status?: number;
  retry_after_ms?: number;
  /** The faulty field of the request. */
  field?: string;
  /**
   * The vendor's own code, such as `rate_limit_exceeded`; `context_length_exceeded` and `content_filter` under these
   * names, whatever the vendor calls them.
   */
  code?: string;
  /** The parameter that the vendor names, in its own words. */
  param?: string;
  cause?: unknown;
}

/** A failed call and its facts. `message` may be shown to callers: it never contains a key. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  readonly retryable: boolean;
  readonly status: number | undefined;
  readonly retry_after_ms: number | undefined;
  readonly field: string | undefined;
  readonly code: string | undefined;
  readonly param: string | undefined;

  constructor(
    readonly provider: string,
    readonly reason: ProviderFailure,
    message: string,
    facts: ProviderErrorFacts = {},
  ) {
    super(message, { cause: facts.cause });
    this.retryable = facts.retryable ?? false;
    this.status = facts.status;
    this.retry_after_ms = facts.retry_after_ms;
    this.field = facts.field;
    this.code = facts.code;
    this.param = facts.param;
  }
}

/** Returns the most tokens that an answer may have by the request's limits; undefined if it sets none. */
export function tokenLimitOf({ max_tokens, max_completion_tokens }: CompletionRequest): number | undefined {
  if (max_tokens === undefined) return max_completion_tokens;
  return Math.max(max_tokens, max_completion_tokens ?? 0);
}

/** Returns the text that a single-turn provider answers: the last user message. */
export const lastUserMessage = (messages: readonly ChatMessage[]): string =>
  messages.findLast((message) => message.role === "user")?.content ?? messages.at(-1)?.content ?? "";
