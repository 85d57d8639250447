import { badField } from "../../base/errors.ts";
import type { Message } from "../../domain/completions/chat.ts";
import type {
  CompletionParams,
  CompletionRecord,
  CreateCompletion,
  Fallback,
} from "../../domain/completions/completion.ts";
import type { CallPolicy } from "../model-calls/index.ts";

/** A completion as every face orders it. */
export interface CompletionOrder {
  /** The record's id, if the face sends it before the answer exists; a new one by default. */
  request_id?: string;
  /** The model to ask, then its fallbacks in the order in which they are asked. */
  targets: readonly [Fallback, ...Fallback[]];
  messages: CompletionRecord["messages"];
  params: CompletionParams;
  cache?: CallPolicy["cache"];
  timeout_ms?: number | undefined;
  /** The parts of the request that the face itself could not honour. */
  warnings?: readonly string[];
}

/** Returns the conversation. Throws BAD_REQUEST unless exactly one of `prompt` and `messages` is given. */
function messagesOf({ prompt, messages, system }: CreateCompletion): Message[] {
  if ((prompt === undefined) === (messages === undefined)) {
    const fault =
      prompt === undefined
        ? "is required unless 'messages' is given"
        : "can't be given together with 'messages'";
    throw badField("prompt", fault, { accepted: ["prompt", "messages"] });
  }
  const conversation: Message[] = messages ?? [{ role: "user", content: prompt ?? "" }];
  return system === undefined ? conversation : [{ role: "system", content: system }, ...conversation];
}

/** Returns the parameters that the request sets. */
function paramsOf(request: CreateCompletion): CompletionParams {
  const { logprobs, top_logprobs = logprobs ? 0 : undefined } = request;
  const { max_tokens, temperature, top_p, stop, seed, response_format } = request;
  const params = { max_tokens, temperature, top_p, stop, seed, response_format, top_logprobs };
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
}

/** Turns a request body into an order. Throws BAD_REQUEST unless exactly one of `prompt` and `messages` is given. */
export function orderOf(request: CreateCompletion): CompletionOrder {
  const { provider, model, fallbacks = [], cache, timeout_ms } = request;
  return {
    targets: [{ provider, model }, ...fallbacks],
    messages: messagesOf(request),
    params: paramsOf(request),
    cache,
    timeout_ms,
  };
}
