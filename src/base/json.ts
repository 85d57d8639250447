import { badField } from "./errors.ts";

/** Deeper JSON would overflow the stack of whatever walks it. */
const DEPTH_MAX = 100;
const FIELD_SHOWN = 200;
/** The place of what is no part of anything. */
const BODY = "body";

/** Text that could not be stored and sent on as it is: SQLite ends at NUL, and UTF-8 has no half pairs. */
export function faultOfText(text: string): string | undefined {
  if (text.includes("\0")) return "must not hold a NUL character";
  return text.isWellFormed() ? undefined : "must not hold half of a surrogate pair";
}

/** Walks down a value; `trail` is where in the whole it has got to. */
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
    // Copied onto an object it would not be a field of it, but its prototype.
    if (key === "__proto__") throw refuse("is not a known field");
    const fault = faultOfText(key);
    if (fault) throw badField(place, `a field's name ${fault}`);
    walk(item, trail, place);
    trail.pop();
  }
}

/**
 * Refuses JSON that nothing behind here should have to think of: too deep, or of unsound text. `place` is the field
 * that holds it, the body itself if none does.
 */
export const refuseUnsafeJson = (value: unknown, place = BODY): void =>
  walk(value, place === BODY ? [] : [place], place);

/** Parses JSON of a bounded depth and of sound text. Throws BAD_REQUEST saying what the parser met, and where. */
export function parseJson(text: string, place = BODY): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const fault =
      cause instanceof SyntaxError ? `is not valid JSON: ${cause.message}` : "JSON is nested too deep";
    throw badField(place, fault.slice(0, 300));
  }
  refuseUnsafeJson(value, place);
  return value;
}

/** Whether a value is an object with fields: no list, and not null. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
