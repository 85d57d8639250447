import { badField } from "../../base/errors.ts";
import { nearest } from "../../base/nearest.ts";
import { CreateChatCompletion, OpenAiMessage } from "../../domain/completions/openai-chat.ts";

type Fields = Readonly<Record<string, unknown>>;

const isEmpty = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;

const isTextAlone = (value: unknown): boolean =>
  Array.isArray(value) && value.every((modality) => modality === "text");

const never = () => false;

/** Fields that would shape the answer and can't be honoured: which of their values ask for nothing. */
const UNHONOURED: Readonly<Record<string, (value: unknown) => boolean>> = {
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
  // Those of other servers of the same API.
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

/** OpenAI's fields that do not shape the answer: which of their values ask for nothing. */
const BESIDE: Readonly<Record<string, (value: unknown) => boolean>> = {
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
const KNOWN: ReadonlySet<string> = new Set([...FIELDS, ...Object.keys(UNHONOURED)]);
const KNOWN_OF_MESSAGE: ReadonlySet<string> = new Set(Object.keys(OpenAiMessage.properties));

const WARNINGS_MAX = 20;

/** Throws BAD_REQUEST for a field that would shape the answer and can't be honoured. */
export function refuseUnhonoured(request: Fields): void {
  for (const [field, asksNothing] of Object.entries(UNHONOURED)) {
    const value = Object.hasOwn(request, field) ? request[field] : undefined;
    if (value === undefined || value === null || asksNothing(value)) continue;
    throw badField(field, field === "n" ? "can only be 1" : "can't be honoured by this server: leave it out");
  }
}

/** The fields that say something and are not known. */
const extrasOf = (fields: Fields, known: ReadonlySet<string>): string[] =>
  Object.entries(fields)
    .filter(([name, value]) => !known.has(name) && value !== null && !isEmpty(value))
    .filter(([name, value]) => !(Object.hasOwn(BESIDE, name) && BESIDE[name]?.(value)))
    .map(([name]) => name);

function warningOf(field: string): string {
  const meant = Object.hasOwn(BESIDE, field) ? undefined : nearest(field, FIELDS);
  return `${field.slice(0, 100)}: not known here, left out${meant ? `; did you mean '${meant}'?` : ""}`;
}

/** A warning for each field that is left out as nobody here knows it; of those in messages, one for each name. */
export function warningsOfExtras(request: Fields & { messages: readonly Fields[] }): string[] {
  const extras = extrasOf(request, KNOWN).map(warningOf);
  const seen = new Map<string, string>();
  for (const [index, message] of request.messages.entries())
    for (const name of extrasOf(message, KNOWN_OF_MESSAGE))
      if (!seen.has(name))
        seen.set(name, `messages.${index}.${name.slice(0, 100)}: not known here, left out`);
  const warnings = [...extras, ...seen.values()];
  const more = warnings.length - WARNINGS_MAX;
  return more > 0
    ? [...warnings.slice(0, WARNINGS_MAX), `${more} more fields: not known here, left out`]
    : warnings;
}
