import { badField } from "./errors.ts";

/** Deeper JSON would overflow the stack of a recursive function that walks it. */
const DEPTH_MAX = 100;
const FIELD_SHOWN = 200;
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

/** Checks a value and everything in it. `trail` is the path of keys from the whole value to this one. */
function walk(value: unknown, trail: string[], place: string): void {
  const refuse = (fault: string) => badField(trail.join(".").slice(0, FIELD_SHOWN) || place, fault);
  if (typeof value === "string") {
    const fault = faultOfText(value);
    if (fault) throw refuse(fault);
  }
  if (typeof value !== "object" || value === null) return;
  if (trail.length >= DEPTH_MAX) throw badField(place, `JSON may be nested at most ${DEPTH_MAX} deep`);
  for (const [key, item] of Object.entries(value)) {
    trail.push(key);
    // Assigned to an object, this key would set its prototype and not a field.
    if (key === "__proto__") throw refuse("is not a known field");
    const fault = faultOfText(key);
    if (fault) throw badField(place, `a field's name ${fault}`);
    walk(item, trail, place);
    trail.pop();
  }
}

/**
 * Throws BAD_REQUEST for JSON that is nested over 100 levels deep, or holds text that `faultOfText` refuses. No code
 * behind this check has to handle such values. `place` is the field that holds the JSON.
 */
export const refuseUnsafeJson = (value: unknown, place = BODY): void =>
  walk(value, place === BODY ? [] : [place], place);

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

/** Parses JSON and refuses what `refuseUnsafeJson` refuses. Throws BAD_REQUEST with the parser's own message. */
export function parseJson(text: string, place = BODY): unknown {
  const value = parseUncheckedJson(text, place);
  refuseUnsafeJson(value, place);
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
