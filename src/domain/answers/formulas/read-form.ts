import { type Enclosed, enclosedIn, outsideBrackets, splitAt } from "./brackets.ts";
import { areOf, type Form, isOf } from "./form.ts";
import { readMatrix } from "./matrix.ts";
import { nameOf, readRelation, relationIn } from "./relations.ts";

const DEPTH_MAX = 12;
const COMMA = /[,;]/y;
const WORD = /(?:,\s*)?(?<![A-Za-z\\])(?:or|and)(?![A-Za-z])/y;
const CUP = /\\cup(?![A-Za-z])/y;
const PLUS_MINUS = /\\(pm|mp)(?![A-Za-z])/g;

/** The two values that a formula with ± stands for: all its upper signs, all its lower ones. */
const bothSigns = (text: string): string[] =>
  ["pm", "mp"].map((plus) =>
    text.replace(PLUS_MINUS, (_all, sign: string) => (sign === plus ? "+" : "-")).replace(/^\s*\+/, ""),
  );

const isInterval = (form: Form): boolean =>
  (isOf(form, "tuple") && form.parts.length === 2) || isOf(form, "union");

/** Values under one name (`x = 1 or x = 2`) are alternatives of that name; intervals are a union. */
function alternatives(parts: Form[]): Form {
  if (areOf(parts, "named") && parts.every(({ name }) => name === parts[0]?.name))
    return { kind: "named", name: parts[0]!.name, form: alternatives(parts.map(({ form }) => form)) };
  return { kind: parts.every(isInterval) ? "union" : "set", parts };
}

function readEnclosed({ brackets, inner }: Enclosed, readPart: (text: string) => Form): Form | null {
  const parts = splitAt(inner, outsideBrackets(inner, COMMA));
  if (brackets === "{}") {
    // A set-builder, such as {x | x > 0}, is no list of its members.
    if (/\||\\mid|:/.test(inner)) return null;
    return { kind: "set", parts: inner.trim() === "" ? [] : parts.map(readPart) };
  }
  if (parts.length === 1 && (brackets === "()" || brackets === "[]")) return readPart(inner);
  return { kind: "tuple", brackets, parts: parts.map(readPart) };
}

function readWords(text: string, readPart: (text: string) => Form): Form | null {
  const words = outsideBrackets(text, WORD);
  if (words.length === 0) return null;
  const parts = splitAt(text, words).flatMap((part) => splitAt(part, outsideBrackets(part, COMMA)));
  // "x > 1 and x < 3" is no enumeration.
  const joins = words.some(({ sign }) => sign.endsWith("and"));
  if (joins && parts.some((part) => relationIn(part)?.signs.some((sign) => sign !== "="))) return null;
  return alternatives(parts.filter((part) => part !== "").map(readPart));
}

function readList(text: string, readPart: (text: string) => Form): Form | null {
  const commas = outsideBrackets(text, COMMA);
  if (commas.length === 0) return null;
  const parts = splitAt(text, commas).map(readPart);
  const [first] = parts;
  const repeated = areOf(parts, "named") && parts.every(({ name }) => name === parts[0]!.name);
  if (repeated && first) return alternatives(parts);
  return { kind: "list", parts };
}

/**
 * Reads what a cleaned formula states (`cleanLatex`): a point, an interval, a set, a union, a list, a matrix, a named
 * value, an equation or inequality, else a single value. `1 or 2` and `\pm 3` are sets of values.
 */
export function readForm(text: string, depth = 0): Form {
  const whole = text.trim();
  const value: Form = { kind: "value", text: whole };
  if (depth > DEPTH_MAX) return value;
  const readPart = (part: string) => readForm(part, depth + 1);
  const named = nameOf(whole);
  if (named) return { kind: "named", name: named.name, form: readPart(named.value) };
  const listed = readWords(whole, readPart) ?? readList(whole, readPart);
  if (listed) return listed;
  const cups = outsideBrackets(whole, CUP);
  if (cups.length > 0) return { kind: "union", parts: splitAt(whole, cups).map(readPart) };
  const related = readRelation(whole, readPart);
  if (related) return related;
  const matrix = readMatrix(whole);
  if (matrix) return matrix;
  const enclosed = enclosedIn(whole);
  const inside = enclosed && readEnclosed(enclosed, readPart);
  if (inside) return inside;
  if (/\\[pm][pm](?![A-Za-z])/.test(whole)) return { kind: "set", parts: bothSigns(whole).map(readPart) };
  return value;
}
