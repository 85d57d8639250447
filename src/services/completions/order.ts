import { badField } from "../../base/errors.ts";
import type { Message } from "../../domain/completions/chat.ts";
import {
  type CompletionParams,
  type CompletionRecord,
  type CreateCompletion,
  type Fallback,
  SAMPLING_FIELDS,
} from "../../domain/completions/completion.ts";
import { SHAPING_FIELDS } from "../../domain/completions/generation-params.ts";
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

/** The fields of a request that are parameters of the call under the same name. */
const PARAMS = Object.keys({ ...SAMPLING_FIELDS, ...SHAPING_FIELDS, response_format: null }) as readonly (
  | keyof typeof SAMPLING_FIELDS
  | keyof typeof SHAPING_FIELDS
  | "response_format"
)[];

/** Returns the parameters that the request sets. */
function paramsOf(request: CreateCompletion): CompletionParams {
  const { logprobs, top_logprobs = logprobs ? 0 : undefined } = request;
  const given = PARAMS.map((name) => [name, request[name]]).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), ...(top_logprobs === undefined ? {} : { top_logprobs }) };
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
