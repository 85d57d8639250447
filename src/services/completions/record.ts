import { newId, timeOfId } from "../../base/ids.ts";
import type { ToolCall } from "../../domain/completions/chat.ts";
import type { Completion, CompletionRecord, Usage } from "../../domain/completions/completion.ts";
import type { Caller } from "../../domain/permissions.ts";
import type { Provider, ProviderCompletion, ProviderError } from "../../providers/provider.ts";
import type { ModelCall } from "../model-calls/index.ts";
import type { CompletionOrder } from "./order.ts";

/** Returns the record of a completion that has no answer yet. */
export const openRecord = (
  caller: Caller,
  { request_id = newId(), targets, messages, params, warnings = [] }: CompletionOrder,
): CompletionRecord => ({
  request_id,
  status: "failed",
  ...targets[0],
  answered_provider: null,
  answered_model: null,
  messages,
  params,
  text: null,
  finish_reason: null,
  usage: null,
  tool_calls: null,
  reasoning_content: null,
  reasoning_details: null,
  refusal: null,
  alternatives: null,
  logprobs: null,
  latency_ms: null,
  ttft_ms: null,
  queue_ms: null,
  retries: null,
  cost_usd: null,
  cache: "off",
  warnings: [...warnings],
  error: null,
  created_by: caller.id,
  created_at: timeOfId(request_id),
});

/** Returns a copy of a list that can be stored; null if there is none. */
const stored = <Item>(list: readonly Item[] | undefined): Item[] | null => (list ? [...list] : null);

/** Returns the further answers to a request for several, in the form in which they are stored. */
const alternativesOf = ({ alternatives = [] }: ProviderCompletion): CompletionRecord["alternatives"] =>
  alternatives.length === 0
    ? null
    : alternatives.map(({ tool_calls, logprobs, reasoning_details, ...rest }) => ({
        ...rest,
        ...(tool_calls ? { tool_calls: [...tool_calls] } : {}),
        ...(logprobs ? { logprobs: [...logprobs] } : {}),
        ...(reasoning_details ? { reasoning_details: [...reasoning_details] } : {}),
      }));

/** Returns the record with the answer of `provider`. */
export function completed(record: CompletionRecord, provider: Provider, call: ModelCall): CompletionRecord {
  const { text, model, finish_reason, usage, warnings } = call.completion;
  const { tool_calls, logprobs, reasoning_content, reasoning_details, refusal } = call.completion;
  const { latency_ms, ttft_ms, queue_ms, retries, cost_usd, cache } = call;
  return {
    ...record,
    status: "completed",
    answered_provider: provider.listing.name,
    answered_model: model,
    text,
    finish_reason,
    usage,
    tool_calls: stored(tool_calls),
    reasoning_content: reasoning_content ?? null,
    reasoning_details: stored(reasoning_details),
    refusal: refusal ?? null,
    alternatives: alternativesOf(call.completion),
    logprobs: stored(logprobs),
    latency_ms,
    ttft_ms,
    queue_ms,
    retries,
    cost_usd,
    cache,
    warnings: [...record.warnings, ...warnings],
  };
}

/** The part of an answer that came before it broke off. */
export interface AnswerPart {
  text: string;
  reasoning_content?: string;
  tool_calls: ToolCall[];
}

/** The same with its estimated usage and cost. */
interface BilledPart extends AnswerPart {
  usage: Usage;
  /** US dollars; null if the price is not known. */
  cost_usd: number | null;
}

/** Returns the record of a failure, with the part of the answer that came before it. */
export function failed(record: CompletionRecord, error: ProviderError, part?: BilledPart): CompletionRecord {
  const produced = part
    ? {
        ...part,
        tool_calls: part.tool_calls.length > 0 ? part.tool_calls : null,
        answered_provider: error.provider,
        finish_reason: "error" as const,
      }
    : {};
  return {
    ...record,
    ...produced,
    status: "failed",
    error: `${error.reason}: ${error.message}`,
  };
}

/** Tokens per second by the provider's count; null for an estimate, which another tokenizer made. */
const tokensPerSecond = ({ usage, latency_ms }: CompletionRecord): number | null =>
  usage && !usage.estimated && latency_ms ? (usage.completion_tokens * 1000) / latency_ms : null;

/** Returns the answer to the caller, from its record. */
export function answerOf(record: CompletionRecord): Completion {
  const { request_id, created_at, usage, finish_reason, tool_calls, logprobs, cache, warnings } = record;
  const { latency_ms, ttft_ms, queue_ms, retries, cost_usd } = record;
  const { reasoning_content, reasoning_details, refusal, alternatives } = record;
  return {
    text: record.text ?? "",
    model: record.answered_model ?? record.model,
    usage,
    request_id,
    created_at,
    provider: record.answered_provider ?? record.provider,
    finish_reason,
    tool_calls,
    reasoning_content,
    reasoning_details,
    refusal,
    alternatives,
    logprobs,
    latency_ms,
    ttft_ms,
    queue_ms,
    retries,
    cost_usd,
    cache,
    warnings,
    tokens_per_second: tokensPerSecond(record),
  };
}
