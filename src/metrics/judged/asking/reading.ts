import type { Static, TObject, TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { canonicalJson } from "../../../base/hash.ts";
import { isRecord } from "../../../base/json.ts";
import { faultsOf } from "../../../base/validation.ts";
import { excerpt } from "./texts.ts";

/** An unusable reply; `message` says why, to the judge and to the reader of the score. */
export class Unusable extends Error {}

const LENGTH_MAX = 500_000;
const OBJECTS_MAX = 20;
const THOUGHTS_END = "</think>";

/**
 * Returns the outermost closed objects of a text as they are written: in a fence, in prose, or alone. An object
 * that is never closed is left out, so a reply that was cut off is not completed. Brackets within strings do not
 * count.
 */
export function objectsIn(text: string): string[] {
  const open: number[] = [];
  const closed: { start: number; end: number }[] = [];
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (quoted && character === "\\") index++;
    else if (character === '"' && open.length > 0) quoted = !quoted;
    else if (quoted) continue;
    else if (character === "{") open.push(index);
    else if (character === "}" && open.length > 0) {
      const start = open.pop() ?? 0;
      while ((closed.at(-1)?.start ?? -1) > start) closed.pop();
      closed.push({ start, end: index + 1 });
    }
  }
  return closed.map(({ start, end }) => text.slice(start, end));
}

/** Parses JSON, or JSON5 (trailing commas, single quotes, comments); undefined for anything else. */
function parseLenient(json: string): unknown {
  for (const parse of [JSON.parse, Bun.JSON5.parse]) {
    try {
      return parse(json);
    } catch {
      // Try the next parser. JSON5 overflows its stack on deeply nested text.
    }
  }
  return undefined;
}

/** Returns the text after the model's written thoughts, which may hold drafts of its reply. */
function afterThoughts(text: string): string {
  const end = text.lastIndexOf(THOUGHTS_END);
  return end === -1 ? text : text.slice(end + THOUGHTS_END.length);
}

/** Whether a field is present; null means absent. */
const hasField = (value: Record<string, unknown>, name: string): boolean =>
  Object.hasOwn(value, name) && value[name] !== null;

function convertScalar({ type }: TSchema, value: unknown): unknown {
  if (type === "string" && (typeof value === "number" || typeof value === "boolean")) return String(value);
  if (type === "number" && typeof value === "string" && value.trim() !== "") return Number(value);
  return value;
}

/**
 * Returns the judge's value with only the fields of the schema. Numbers in strings become numbers, and numbers or
 * booleans become words, as the schema requires. Nothing is rounded, wrapped or invented; the result still has to
 * be checked against the schema.
 */
function convertReply(schema: TSchema, value: unknown): unknown {
  if (schema.type === "array")
    return Array.isArray(value) ? value.map((item) => convertReply(schema.items, item)) : value;
  if (schema.type !== "object") return convertScalar(schema, value);
  if (!isRecord(value)) return value;
  const wanted = Object.entries<TSchema>(schema.properties).filter(([name]) => hasField(value, name));
  return Object.fromEntries(wanted.map(([name, property]) => [name, convertReply(property, value[name])]));
}

/**
 * Returns the one object of the requested form in a judge's reply. Throws Unusable if there is none, or if two
 * differ.
 */
export function readReply<Reply extends TObject>(text: string, form: Reply): Static<Reply> {
  if (text.length > LENGTH_MAX) throw new Unusable(`it is longer than ${LENGTH_MAX} characters`);
  const objects = objectsIn(afterThoughts(text)).slice(-OBJECTS_MAX).map(parseLenient);
  const values = objects.filter((value) => value !== undefined).map((value) => convertReply(form, value));
  const fitting = values.filter((value): value is Static<Reply> => Value.Check(form, value));
  const [reply] = fitting;
  if (new Set(fitting.map(canonicalJson)).size > 1) throw new Unusable("it holds several different replies");
  if (reply !== undefined) return reply;
  if (values.length === 0) throw new Unusable(`it holds no whole JSON object: '${excerpt(text, 100)}'`);
  const [first] = faultsOf(Value.Errors(form, values[0]));
  throw new Unusable(`${first?.field || "it"} ${first?.fault ?? "does not have the form asked for"}`);
}
