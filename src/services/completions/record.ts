import { newId, timeOfId } from "../../base/ids.ts";
import type {
  Completion,
  CompletionParams,
  CompletionRecord,
  Fallback,
  Usage,
} from "../../domain/completions/completion.ts";
import type { Caller } from "../../domain/permissions.ts";
import type { Provider, ProviderError } from "../../providers/provider.ts";
import type { CallPolicy, ModelCall } from "../model-calls/index.ts";
import type { Said } from "./partial-answer.ts";

/** What a face asks for, in our own words. */
export interface CompletionOrder {
  /** The record's id, where the face has to tell it before the answer is there; a new one if left out. */
  request_id?: string;
  /** Who is asked, and who after that if it can't answer. */
  targets: readonly [Fallback, ...Fallback[]];
  messages: CompletionRecord["messages"];
  params: CompletionParams;
  cache?: CallPolicy["cache"];
  timeout_ms?: number | undefined;
  /** What the face itself could not do of what it was asked. */
  warnings?: readonly string[];
}

/** The record of a completion that has not been answered yet; of calls that fail it keeps the last one's times. */
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

export function completed(record: CompletionRecord, provider: Provider, call: ModelCall): CompletionRecord {
  const { text, model, finish_reason, usage, warnings, tool_calls, logprobs } = call.completion;
  const { latency_ms, ttft_ms, queue_ms, retries, cost_usd, cache } = call;
  return {
    ...record,
    status: "completed",
    answered_provider: provider.listing.name,
    answered_model: model,
    text,
    finish_reason,
    usage,
    tool_calls: tool_calls ? [...tool_calls] : null,
    logprobs: logprobs ? [...logprobs] : null,
    ...{ latency_ms, ttft_ms, queue_ms, retries, cost_usd, cache },
    warnings: [...record.warnings, ...warnings],
  };
}

/** What had come of an answer before it broke off. */
export interface Partial extends Said {
  usage: Usage;
  cost_usd: number | null;
}

export function failed(record: CompletionRecord, error: ProviderError, partial?: Partial): CompletionRecord {
  const produced = partial
    ? {
        ...partial,
        tool_calls: partial.tool_calls.length > 0 ? partial.tool_calls : null,
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

/** By the provider's count alone: an estimate is another tokenizer's. */
const tokensPerSecond = ({ usage, latency_ms }: CompletionRecord): number | null =>
  usage && !usage.estimated && latency_ms ? (usage.completion_tokens * 1000) / latency_ms : null;

/** The answer to the caller, out of its record. */
export function answerOf(record: CompletionRecord): Completion {
  const { request_id, created_at, usage, finish_reason, tool_calls, logprobs, cache, warnings } = record;
  const { latency_ms, ttft_ms, queue_ms, retries, cost_usd } = record;
  return {
    text: record.text ?? "",
    model: record.answered_model ?? record.model,
    usage,
    request_id,
    created_at,
    provider: record.answered_provider ?? record.provider,
    finish_reason,
    tool_calls,
    logprobs,
    ...{ latency_ms, ttft_ms, queue_ms, retries, cost_usd, cache, warnings },
    tokens_per_second: tokensPerSecond(record),
  };
}
