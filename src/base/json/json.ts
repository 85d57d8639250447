import { badField, UNKNOWN_FIELD } from "../errors.ts";
import { countFields, findRepeatedField } from "./json-fields.ts";

/** Deeper JSON would overflow the stack of a recursive function that walks it. */
const DEPTH_MAX = 100;
const FIELD_SHOWN = 200;
const REPEATED = "is given more than once";
/** The name of the whole request body in messages. */
const BODY = "body";

/**
 * Returns what is wrong with a text, or undefined if nothing is. SQLite ends a text at its first NUL character, and
 * UTF-8 cannot encode half of a surrogate pair.
 */
export function faultOfText(text: string): string | undefined {
  if (text.includes("\0")) return "must not contain a NUL character";
  return text.isWellFormed() ? undefined : "must not contain half of a surrogate pair";
}

const pathOf = (trail: readonly (string | number)[]): string => trail.join(".").slice(0, FIELD_SHOWN);

/**
 * Checks a value and everything in it. `trail` is the path of keys from the whole value to this one. Returns the number
 * of fields that its objects have.
 */
function walk(value: unknown, trail: (string | number)[], place: string): number {
  if (typeof value === "string") {
    const fault = faultOfText(value);
    if (fault) throw badField(pathOf(trail) || place, fault);
  }
  if (typeof value !== "object" || value === null) return 0;
  if (trail.length >= DEPTH_MAX) throw badField(place, `JSON may be nested at most ${DEPTH_MAX} deep`);
  return Array.isArray(value) ? walkList(value, trail, place) : walkFields(value, trail, place);
}

function walkList(items: unknown[], trail: (string | number)[], place: string): number {
  let fields = 0;
  const depth = trail.push(0);
  for (const [index, item] of items.entries()) {
    trail[depth - 1] = index;
    fields += walk(item, trail, place);
  }
  trail.pop();
  return fields;
}

function walkFields(value: object, trail: (string | number)[], place: string): number {
  const entries = Object.entries(value);
  let fields = entries.length;
  for (const [key, item] of entries) {
    trail.push(key);
    // Assigned to an object, this key would set its prototype and not a field.
    if (key === "__proto__") throw badField(pathOf(trail), UNKNOWN_FIELD);
    const fault = faultOfText(key);
    if (fault) throw badField(place, `a field's name ${fault}`);
    fields += walk(item, trail, place);
    trail.pop();
  }
  return fields;
}

/** Returns the beginning of every path of fields. A whole body and an empty place have no name of their own. */
const rootOf = (place: string): string[] => (place === BODY || place === "" ? [] : [place]);

const walkFrom = (value: unknown, place: string): number => walk(value, rootOf(place), place);

/**
 * Throws BAD_REQUEST for JSON that is nested over 100 levels deep, or holds text that `faultOfText` refuses. No code
 * behind this check has to handle such values. `place` is the field that holds the JSON.
 */
export function refuseUnsafeJson(value: unknown, place = BODY): void {
  walkFrom(value, place);
}

/**
 * Like `refuseUnsafeJson`, for a value that was parsed from `text`. Throws BAD_REQUEST also for an object that has a
 * field twice: parsers differ in which of them counts.
 */
export function refuseUnsafeText(text: string, value: unknown, place = BODY): void {
  if (walkFrom(value, place) === countFields(text)) return;
  throw badField(pathOf([...rootOf(place), findRepeatedField(text) ?? ""]), REPEATED);
}

/**
 * Like `refuseUnsafeText`, for some items of a list, which were parsed from `text`, a list of its own. `first` is the
 * index of the first of them in the whole list, whose name is `list`.
 */
export function refuseUnsafeItems(
  text: string,
  items: readonly unknown[],
  { list, first }: { list: string; first: number },
): void {
  let fields = 0;
  for (const [index, item] of items.entries()) fields += walk(item, [list, first + index], list);
  if (fields === countFields(text)) return;
  const [index, ...path] = findRepeatedField(text)?.split(".") ?? [];
  throw badField(pathOf([list, first + Number(index), ...path]), REPEATED);
}

/** Parses JSON. Throws BAD_REQUEST with the parser's own message. Its values are not checked: see `parseJson`. */
export function parseUncheckedJson(text: string, place = BODY): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const fault =
      cause instanceof SyntaxError ? `is not valid JSON: ${cause.message}` : "JSON is nested too deep";
    throw badField(place, fault.slice(0, 300));
  }
}

/**
 * Parses JSON and refuses what `refuseUnsafeText` refuses. Throws BAD_REQUEST with the parser's own message.
 */
export function parseJson(text: string, place = BODY): unknown {
  const value = parseUncheckedJson(text, place);
  refuseUnsafeText(text, value, place);
  return value;
}

/** Returns whether a value is an object with fields, and neither a list nor null. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Returns the number of characters of all texts in a value. */
export function charactersIn(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce<number>((sum, item) => sum + charactersIn(item), 0);
}
