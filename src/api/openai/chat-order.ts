import { badField } from "../../base/errors.ts";
import { newId } from "../../base/ids.ts";
import type { CompletionParams, Fallback } from "../../domain/completions/completion.ts";
import { GENERATION_FIELDS } from "../../domain/completions/generation-params.ts";
import type { CreateChatCompletion } from "../../domain/completions/openai-chat.ts";
import type { CompletionOrder } from "../../services/completions/index.ts";
import { otherFieldsOf, refuseUnsupported, warningsOfExtras } from "./chat-extras.ts";
import { toChatMessage } from "./chat-messages.ts";

/** Throws BAD_REQUEST if the two names of the token limit have different values. */
function refuseTwoLimits({ max_tokens, max_completion_tokens }: CreateChatCompletion): void {
  if (max_tokens && max_completion_tokens && max_tokens !== max_completion_tokens)
    throw badField("max_tokens", "differs from 'max_completion_tokens': leave it out");
}

/** Throws BAD_REQUEST for `tool_choice` without tools, and for `top_logprobs` without `logprobs`. */
function refuseIncomplete({ tools, tool_choice, logprobs, top_logprobs }: CreateChatCompletion): void {
  const chooses = tool_choice && tool_choice !== "none" && tool_choice !== "auto";
  if (chooses && !tools?.length) throw badField("tool_choice", "requires 'tools'");
  if (top_logprobs && !logprobs) throw badField("top_logprobs", "requires 'logprobs' to be true");
}

type Fields = Readonly<Record<string, unknown>>;

/** Returns the fields that have a value: OpenAI's clients send null for fields that they do not set. */
const withoutNulls = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));

/** Returns the stop sequences; undefined if none is asked for. */
function stopOf({ stop }: CreateChatCompletion): string[] | undefined {
  const texts = (typeof stop === "string" ? [stop] : (stop ?? [])).filter((text) => text !== "");
  return texts.length > 0 ? texts : undefined;
}

function formatOf({ response_format }: CreateChatCompletion): Fields | undefined {
  if (response_format?.type !== "json_schema") return response_format ?? undefined;
  return { ...response_format, json_schema: withoutNulls(response_format.json_schema) };
}

/** The fields that are sent under the name and with the value under which they came. */
const GENERATION_NAMES = Object.keys(GENERATION_FIELDS) as readonly (keyof typeof GENERATION_FIELDS)[];

function generationOf(request: CreateChatCompletion): Fields {
  const fields: Fields = request;
  return Object.fromEntries(GENERATION_NAMES.map((name) => [name, fields[name]]));
}

function paramsOf(request: CreateChatCompletion): CompletionParams {
  const { max_tokens, max_completion_tokens, temperature, top_p, seed, tools, tool_choice } = request;
  return withoutNulls({
    ...generationOf(request),
    max_tokens: max_completion_tokens ? undefined : max_tokens,
    temperature,
    top_p,
    seed,
    response_format: formatOf(request),
    stop: stopOf(request),
    ...(tools?.length
      ? { tools: tools.map((tool) => ({ ...tool, function: withoutNulls(tool.function) })), tool_choice }
      : {}),
    top_logprobs: request.logprobs ? (request.top_logprobs ?? 0) : undefined,
    other_fields: otherFieldsOf(request),
  });
}

/** Splits `provider/model` at the first slash: a model's name may contain slashes too. */
function targetOf(name: string): Fallback {
  const slash = name.indexOf("/");
  return { provider: name.slice(0, slash), model: name.slice(slash + 1) };
}

/** Translates a request from OpenAI's format. Throws BAD_REQUEST for unsupported or contradictory fields. */
export function orderOf(request: CreateChatCompletion): CompletionOrder & { request_id: string } {
  refuseUnsupported(request);
  refuseIncomplete(request);
  refuseTwoLimits(request);
  const fallbacks = (request.fallbacks ?? []).map((model) =>
    typeof model === "string" ? targetOf(model) : model,
  );
  return {
    request_id: newId(),
    targets: [targetOf(request.model), ...fallbacks],
    messages: request.messages.map(toChatMessage),
    params: paramsOf(request),
    cache: request.cache ?? undefined,
    timeout_ms: request.timeout_ms ?? undefined,
    warnings: warningsOfExtras(request),
  };
}
