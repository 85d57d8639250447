import type { Static, TObject, TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { canonicalJson } from "../../../base/hash.ts";
import { isRecord } from "../../../base/json/json.ts";
import { faultsOf } from "../../../base/validation.ts";
import { foldDigits } from "../../../domain/answers/numbers/digits.ts";
import { answerPart } from "../../../domain/answers/thinking.ts";
import { parseWritten, type Written } from "./lenient-json.ts";
import { objectsIn } from "./objects.ts";
import { excerpt, type Texts } from "./texts.ts";

/** An unusable reply; `message` says why, to the judge and to the reader of the score. */
export class Unusable extends Error {}

const LENGTH_MAX = 500_000;
const OBJECTS_MAX = 20;

/** Returns the value of a field: under its own name, or under the only one that differs in case alone. */
function fieldOf(value: Record<string, unknown>, name: string): unknown {
  if (Object.hasOwn(value, name)) return value[name];
  const alike = Object.keys(value).filter((key) => key.trim().toLowerCase() === name);
  return alike.length === 1 ? value[alike[0]!] : undefined;
}

/** Returns the text of an object that holds nothing else: judges write `{"statement": "…"}` for a text. */
function textWithin(value: unknown): unknown {
  const parts = isRecord(value) ? Object.values(value) : [];
  return parts.length === 1 && typeof parts[0] === "string" ? parts[0] : value;
}

function convertScalar({ type }: TSchema, value: unknown): unknown {
  if (type === "string" && (typeof value === "number" || typeof value === "boolean")) return String(value);
  if (type === "number" && typeof value === "string" && value.trim() !== "") return Number(foldDigits(value));
  return type === "string" ? textWithin(value) : value;
}

/**
 * Returns the judge's value with only the fields of the schema; a null field counts as absent. Numbers in strings
 * become numbers, and numbers or booleans become words, as the schema requires. Nothing is rounded or invented; the
 * result still has to be checked against the schema.
 */
function convertReply(schema: TSchema, value: unknown): unknown {
  if (schema.type === "array")
    return Array.isArray(value) ? value.map((item) => convertReply(schema.items, item)) : value;
  if (schema.type !== "object") return convertScalar(schema, value);
  if (!isRecord(value)) return value;
  const fields = Object.entries<TSchema>(schema.properties).flatMap(([name, property]) => {
    const field = fieldOf(value, name) ?? undefined;
    return field === undefined ? [] : [[name, convertReply(property, field)]];
  });
  return Object.fromEntries(fields);
}

/** The names of the judged texts: an object under one of these is an echo, not a reply. */
const ECHOES = ["input", "output", "expected", "context", "items", "first", "second"];
const isWrapper = (name: string): boolean => /^\p{L}/u.test(name) && !ECHOES.includes(name.toLowerCase());

/**
 * Returns the value in the form asked for, if it was wrapped: an object that is the only field of another, one under
 * `properties` where the judge filled in the schema, or the bare list of a form that is one list.
 */
function unwrapped(form: TObject, value: unknown): unknown {
  const [name, ...others] = Object.keys(form.properties);
  if (Array.isArray(value)) return name !== undefined && others.length === 0 ? { [name]: value } : undefined;
  if (!isRecord(value)) return undefined;
  if (isRecord(value.properties)) return value.properties;
  const [wrapper, ...more] = Object.keys(value);
  if (wrapper === undefined || more.length > 0 || !isWrapper(wrapper)) return undefined;
  return isRecord(value[wrapper]) || Array.isArray(value[wrapper]) ? value[wrapper] : undefined;
}

const FENCE = /^```\w*\s*\n([\s\S]*?)\n?\s*```$/;

/** Returns the value that the whole text is, also within one fence; undefined if it is more or less than a value. */
function wholeValue(text: string): Written | undefined {
  const bare = text.trim();
  const inner = (FENCE.exec(bare)?.[1] ?? bare).trim();
  return /^[[{]/.test(inner) ? parseWritten(inner) : undefined;
}

/** Returns what a reply says behind the judge's thoughts. Throws Unusable if the thoughts do not end. */
function spoken(reply: string): string {
  const { text, unfinished } = answerPart(reply);
  if (unfinished) throw new Unusable("its thoughts do not end");
  return text;
}

/**
 * Returns the values in a reply; thoughts may hold drafts, but a reply that is one value holds no thoughts. An object in
 * prose that stands word for word in a judged text is a quotation.
 */
function valuesIn(reply: string, isQuotation: (object: string) => boolean): Written[] {
  const whole = wholeValue(reply);
  if (whole) return [whole];
  const text = spoken(reply);
  const answer = wholeValue(text);
  if (answer) return [answer];
  return objectsIn(text)
    .slice(-OBJECTS_MAX)
    .filter((object) => !isQuotation(object))
    .flatMap((object) => parseWritten(object) ?? []);
}

interface Candidate {
  reply: unknown;
  repeated: string | undefined;
}

function candidateOf(form: TObject, { value, repeated }: Written): Candidate {
  const reply = convertReply(form, value);
  if (Value.Check(form, reply)) return { reply, repeated };
  const inner = convertReply(form, unwrapped(form, value));
  return { reply: Value.Check(form, inner) ? inner : reply, repeated };
}

/** Whether any of the judged texts contains an object as it is written. */
const quotes =
  (texts: Texts) =>
  (object: string): boolean =>
    Object.values(texts)
      .flat()
      .some((text) => typeof text === "string" && text.includes(object));

/**
 * Returns the one object of the requested form in a judge's reply about these texts. Throws Unusable if there is none,
 * or if two differ.
 */
export function readReply<Reply extends TObject>(
  text: string,
  form: Reply,
  texts: Texts = {},
): Static<Reply> {
  if (text.length > LENGTH_MAX) throw new Unusable(`it is longer than ${LENGTH_MAX} characters`);
  const candidates = valuesIn(text, quotes(texts)).map((written) => candidateOf(form, written));
  const fitting = candidates.filter(({ reply }) => Value.Check(form, reply));
  const [first] = fitting;
  if (new Set(fitting.map(({ reply }) => canonicalJson(reply))).size > 1)
    throw new Unusable("it holds several different replies");
  if (first?.repeated !== undefined) throw new Unusable(`it gives '${excerpt(first.repeated, 40)}' twice`);
  if (first) return first.reply as Static<Reply>;
  const [unfit] = candidates.filter(({ reply }) => isRecord(reply));
  if (text.trim() === "") throw new Unusable("it is empty");
  if (!unfit) throw new Unusable(`it holds no whole JSON object: '${excerpt(text, 100)}'`);
  const [fault] = faultsOf(Value.Errors(form, unfit.reply));
  throw new Unusable(`${fault?.field || "it"} ${fault?.fault ?? "does not have the form asked for"}`);
}
