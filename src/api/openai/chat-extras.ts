import { badField } from "../../base/errors.ts";
import { nearest } from "../../base/nearest.ts";
import { CreateChatCompletion, OpenAiMessage } from "../../domain/completions/openai-chat.ts";

type Fields = Readonly<Record<string, unknown>>;

const isEmpty = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;

const isTextAlone = (value: unknown): boolean =>
  Array.isArray(value) && value.every((modality) => modality === "text");

const never = () => false;

/** Unsupported fields that would change the answer. Each function tells whether a value changes nothing. */
const UNSUPPORTED: Readonly<Record<string, (value: unknown) => boolean>> = {
  n: (value) => value === 1,
  presence_penalty: (value) => value === 0,
  frequency_penalty: (value) => value === 0,
  logit_bias: isEmpty,
  modalities: isTextAlone,
  parallel_tool_calls: (value) => value === true,
  audio: never,
  functions: never,
  function_call: never,
  reasoning_effort: never,
  verbosity: never,
  web_search_options: never,
  // Fields of other servers with the same API.
  top_k: never,
  min_p: never,
  repetition_penalty: (value) => value === 1,
  min_tokens: (value) => value === 0,
  stop_token_ids: isEmpty,
  guided_json: never,
  guided_regex: never,
  guided_choice: never,
  guided_grammar: never,
  reasoning: never,
  thinking: never,
};

/** Unsupported fields that do not change the answer. Each function tells whether a value has no effect at all. */
const WITHOUT_EFFECT: Readonly<Record<string, (value: unknown) => boolean>> = {
  store: (value) => value === false,
  service_tier: (value) => value === "auto" || value === "default",
  user: never,
  metadata: isEmpty,
  prediction: never,
  prompt_cache_key: never,
  prompt_cache_retention: never,
  safety_identifier: never,
};

const FIELDS: readonly string[] = Object.keys(CreateChatCompletion.properties);
const KNOWN: ReadonlySet<string> = new Set([...FIELDS, ...Object.keys(UNSUPPORTED)]);
const KNOWN_IN_MESSAGE: ReadonlySet<string> = new Set(Object.keys(OpenAiMessage.properties));

const WARNINGS_MAX = 20;

/** Throws BAD_REQUEST for an unsupported field that would change the answer. */
export function refuseUnsupported(request: Fields): void {
  for (const [field, changesNothing] of Object.entries(UNSUPPORTED)) {
    const value = Object.hasOwn(request, field) ? request[field] : undefined;
    if (value === undefined || value === null || changesNothing(value)) continue;
    throw badField(field, field === "n" ? "must be 1" : "is not supported: leave it out");
  }
}

/** Returns the names of the unknown fields that have an effect. */
const extrasOf = (fields: Fields, known: ReadonlySet<string>): string[] =>
  Object.entries(fields)
    .filter(([name, value]) => !known.has(name) && value !== null && !isEmpty(value))
    .filter(([name, value]) => !(Object.hasOwn(WITHOUT_EFFECT, name) && WITHOUT_EFFECT[name]?.(value)))
    .map(([name]) => name);

const IGNORED = "is not supported and was ignored";

function warningOf(field: string): string {
  const meant = Object.hasOwn(WITHOUT_EFFECT, field) ? undefined : nearest(field, FIELDS);
  return `${field.slice(0, 100)}: ${IGNORED}${meant ? `; did you mean '${meant}'?` : ""}`;
}

/** Returns a warning for each ignored field. A field of several messages has one warning. At most 21 in all. */
export function warningsOfExtras(request: Fields & { messages: readonly Fields[] }): string[] {
  const extras = extrasOf(request, KNOWN).map(warningOf);
  const seen = new Map<string, string>();
  for (const [index, message] of request.messages.entries())
    for (const name of extrasOf(message, KNOWN_IN_MESSAGE))
      if (!seen.has(name)) seen.set(name, `messages.${index}.${name.slice(0, 100)}: ${IGNORED}`);
  const warnings = [...extras, ...seen.values()];
  const more = warnings.length - WARNINGS_MAX;
  return more > 0
    ? [...warnings.slice(0, WARNINGS_MAX), `${more} more fields are not supported and were ignored`]
    : warnings;
}
