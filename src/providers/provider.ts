import type { ChatMessage, ResponseFormat, Tool, ToolChoice } from "../domain/completions/chat.ts";
import type { ProviderCompletion, SamplingParams, Usage } from "../domain/completions/completion.ts";
import type { GenerationParams } from "../domain/completions/generation-params.ts";
import type { ProviderListing } from "../domain/provider.ts";

export type { ProviderCompletion } from "../domain/completions/completion.ts";

/** What a provider is asked. `model` is its own name for the model, without the provider. */
export interface CompletionRequest extends SamplingParams, GenerationParams {
  model: string;
  messages: readonly ChatMessage[];
  response_format?: ResponseFormat;
  tools?: readonly Tool[];
  tool_choice?: ToolChoice;
  /** How many likeliest tokens to report with each token's log-probability; 0 for the token's own alone. */
  top_logprobs?: number;
  /** The choices of a multiple-choice sample: read by `baseline` and `mock` alone, never sent anywhere. */
  choices?: readonly string[];
  /** How each choice is to be written, where not as `ANSWER: $LETTER`: read by the same two. */
  answers?: readonly string[];
  /** The sample's question without its choices: read by `baseline` alone, never sent anywhere. */
  question?: string;
  /** How often the sample was asked before: sets the embedded models' answers apart, never sent anywhere. */
  repeat?: number;
}

/**
 * A piece of a streamed answer; the last one is always `finish`, or the stream was cut. The pieces of one tool call
 * share its `index`; their `arguments` are put together. `reasoning` is what the model thinks: no part of the text.
 */
export type CompletionDelta =
  | { type: "text"; text: string }
  | { type: "reasoning"; text: string }
  | { type: "tool_call"; index: number; id: string; name: string; arguments: string }
  | { type: "finish"; completion: ProviderCompletion };

export interface CallOptions {
  /** Aborts the call upstream. */
  signal?: AbortSignal;
  /** Called when a streamed answer has begun: its headers are there, its first piece is not. */
  onBegin?(): void;
  /** Called when something came that is no piece, such as a thought that is kept back: the model is at work. */
  onProgress?(): void;
}

/** What a call will take. */
export interface Forecast {
  usage: Usage;
  /** Milliseconds. */
  latency_ms: number;
  /** Share of calls that fail, and whether the same call may succeed when it is made again. */
  error_rate: number;
  retryable: boolean;
}

/** Texts to be placed in a model's space. `model` is the provider's own name for the model. */
export interface EmbeddingRequest {
  model: string;
  texts: readonly string[];
}

/** A vector for each text, in their order, all of one length and finite. */
export interface ProviderEmbedding {
  vectors: number[][];
  model: string;
  /** Null where the provider reported none. */
  usage: { prompt_tokens: number } | null;
}

export type { Fetch } from "../base/fetch.ts";

/**
 * Somebody who answers prompts. A provider only speaks: limits, retries, time-outs, accounting and storage
 * belong to `services/model-calls`. It throws nothing but `ProviderError`.
 */
export interface Provider {
  readonly listing: ProviderListing;
  /** Throws ProviderError `invalid_request` naming the fault if this provider can't have such a model. */
  checkModel(model: string): void;
  complete(request: CompletionRequest, options?: CallOptions): Promise<ProviderCompletion>;
  /** Absent where the provider can't stream. */
  stream?(request: CompletionRequest, options?: CallOptions): AsyncIterable<CompletionDelta>;
  /**
   * Any number of texts, in as many calls one after the other as the provider needs. Absent where it has no
   * embeddings.
   */
  embed?(request: EmbeddingRequest, options?: Pick<CallOptions, "signal">): Promise<ProviderEmbedding>;
  /**
   * Loads what the first call needs, such as the vendor's package, so that it is not in the first call's time; undefined
   * when all is there. Calls that come without it load it themselves.
   */
  load?(): Promise<void> | undefined;
  /** What a call will take, told without making it. Absent where only a call can tell: only embedded models know. */
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
  /** The field of the request that is at fault. */
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

/** Why a call failed, in facts. `message` may be shown to callers: it never holds a key. */
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

/** The most tokens that an answer may have by the request's limits; undefined if it sets none. */
export function tokenLimitOf({ max_tokens, max_completion_tokens }: CompletionRequest): number | undefined {
  if (max_tokens === undefined) return max_completion_tokens;
  return Math.max(max_tokens, max_completion_tokens ?? 0);
}

/** The text that a single-turn provider answers to: the last user message. */
export const lastUserMessage = (messages: readonly ChatMessage[]): string =>
  messages.findLast((message) => message.role === "user")?.content ?? messages.at(-1)?.content ?? "";
