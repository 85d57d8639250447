import { badField } from "../../base/errors.ts";
import { nearest } from "../../base/nearest.ts";
import { CreateChatCompletion, OpenAiMessage } from "../../domain/completions/openai-chat.ts";

type Fields = Readonly<Record<string, unknown>>;

const isEmpty = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;

const isTextAlone = (value: unknown): boolean =>
  Array.isArray(value) && value.every((modality) => modality === "text");

/** Fields whose answers this server cannot return. */
const UNSUPPORTED = ["audio", "functions", "function_call"] as const;

/** Values of unknown fields that ask for the default. */
const DEFAULTS: Readonly<Record<string, (value: unknown) => boolean>> = {
  modalities: isTextAlone,
  repetition_penalty: (value) => value === 1,
  min_tokens: (value) => value === 0,
};

/** Fields for OpenAI's own bookkeeping, which do not change the answer. */
const BOOKKEEPING: ReadonlySet<string> = new Set(["prompt_cache_retention", "safety_identifier"]);

const FIELDS: readonly string[] = Object.keys(CreateChatCompletion.properties);
const KNOWN: ReadonlySet<string> = new Set([...FIELDS, ...UNSUPPORTED]);
const KNOWN_IN_MESSAGE: ReadonlySet<string> = new Set(Object.keys(OpenAiMessage.properties));

const WARNINGS_MAX = 20;

/** Throws BAD_REQUEST for a field whose answer this server cannot return. */
export function refuseUnsupported(request: Fields): void {
  for (const field of UNSUPPORTED) {
    const value = Object.hasOwn(request, field) ? request[field] : undefined;
    if (value === undefined || value === null) continue;
    throw badField(field, "is not supported: leave it out");
  }
}

/** Returns the names of the unknown fields that ask for something. */
const extrasOf = (fields: Fields, known: ReadonlySet<string>): string[] =>
  Object.entries(fields)
    .filter(([name, value]) => !known.has(name) && value !== null && value !== undefined && !isEmpty(value))
    .filter(([name, value]) => !(Object.hasOwn(DEFAULTS, name) && DEFAULTS[name]?.(value)))
    .map(([name]) => name);

/**
 * Returns the unknown fields that may change the answer, as they came. Servers of the operator's own receive them; other
 * providers refuse them.
 */
export function otherFieldsOf(request: Fields): Fields | undefined {
  const names = extrasOf(request, KNOWN).filter((name) => !BOOKKEEPING.has(name));
  return names.length === 0 ? undefined : Object.fromEntries(names.map((name) => [name, request[name]]));
}

const IGNORED = "is not supported and was ignored";

/** Returns a warning about an unknown field: it was ignored, or may be a misspelt one. */
function warningsOf(field: string): string[] {
  if (BOOKKEEPING.has(field)) return [`${field}: ${IGNORED}`];
  const meant = nearest(field, FIELDS);
  return meant
    ? [`${field.slice(0, 100)}: is not known and was sent as it is; did you mean '${meant}'?`]
    : [];
}

/** Returns a warning for each ignored field. A field of several messages has one warning. At most 21 in all. */
export function warningsOfExtras(request: Fields & { messages: readonly Fields[] }): string[] {
  const extras = extrasOf(request, KNOWN).flatMap(warningsOf);
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
