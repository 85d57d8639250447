import { outsideBrackets, splitAt } from "./brackets.ts";
import type { Form } from "./form.ts";

const SIGN = /=|<|>|\\(?:le|ge|ne|in)(?![A-Za-z])/y;

/** `x`, `x_1`, `\theta`, `f(x)`, `(x, y)`, `P(A)`: what a value may be named. */
const NAME =
  /^(?:[A-Za-z](?:_\{?\w{1,3}\}?)?'?(?:\([A-Za-z](?:,[A-Za-z])*\))?|\\(?:alpha|beta|gamma|delta|theta|lambda|mu|phi|varphi|omega|sigma|rho|tau)|\([A-Za-z](?:,[A-Za-z]){1,5}\))$/;

const squeezed = (text: string): string => text.replace(/\s+/g, "");

/** Letters that stand for numbers: not those of commands, nor e, i and \pi. */
const LETTER = /(?<![\\A-Za-z])[A-Za-z]/;
const hasSymbols = (text: string): boolean => {
  const bare = text.replace(/\\pi(?![A-Za-z])/g, "");
  return LETTER.test(bare.replace(/\\[A-Za-z]+/g, " ").replace(/(?<![A-Za-z])[ei](?![A-Za-z])/g, " "));
};

const occursIn = (name: string, text: string): boolean => {
  const [letter = ""] = name.replace(/^\(/, "");
  return new RegExp(String.raw`(?<![\\A-Za-z])${letter === "\\" ? "\\\\" : letter}(?![a-z])`).test(
    text.replace(/\\[A-Za-z]+/g, " "),
  );
};

/** What a text relates: its sides and the signs between. */
interface Relation {
  sides: string[];
  signs: string[];
}

/** Reads the sides of an equation or an inequality; null if a text has no sign of relation outside of brackets. */
export function relationIn(text: string): Relation | null {
  const signs = outsideBrackets(text, SIGN);
  if (signs.length === 0) return null;
  return { sides: splitAt(text, signs), signs: signs.map(({ sign }) => sign) };
}

/** The name that a text gives its value, such as `x` of `x = 5`; null if it gives none, or relates more than that. */
export function nameOf(text: string): { name: string; value: string } | null {
  const { sides, signs } = relationIn(text) ?? { sides: [], signs: [] };
  const [first = "", value = ""] = sides;
  const name = squeezed(first);
  if (sides.length !== 2 || !["=", "\\in"].includes(signs[0]!) || !NAME.test(name) || value === "")
    return null;
  return name.length === 1 && occursIn(name, value) ? null : { name, value };
}

const TURNED: Readonly<Record<string, string>> = { ">": "<", "\\ge": "\\le" };
const isRising = (sign: string): boolean => sign === "<" || sign === "\\le";

/** `1 < x \le 3` and `x > 3` as intervals of x; null if the variable does not stand alone between bounds. */
function intervalOf({ sides, signs }: Relation): Form | null {
  const falls = signs.every((sign) => sign in TURNED);
  const ordered = falls ? sides.toReversed() : sides;
  const rising = falls ? signs.toReversed().map((sign) => TURNED[sign]!) : signs;
  if (!rising.every(isRising)) return null;
  const [first = "", second = "", third] = ordered;
  const bound = (text: string): Form => ({ kind: "value", text });
  const interval = (name: string, low: [string, string], high: [string, string]): Form | null => {
    if (!NAME.test(squeezed(name)) || hasSymbols(low[0]) || hasSymbols(high[0])) return null;
    const brackets = `${low[1] === "<" ? "(" : "["}${high[1] === "<" ? ")" : "]"}`;
    const parts = [bound(low[0]), bound(high[0])];
    return { kind: "named", name: squeezed(name), form: { kind: "tuple", brackets, parts } };
  };
  if (third !== undefined)
    return ordered.length === 3 ? interval(second, [first, rising[0]!], [third, rising[1]!]) : null;
  return (
    interval(first, ["-\\infty", "<"], [second, rising[0]!]) ??
    interval(second, [first, rising[0]!], ["\\infty", "<"])
  );
}

/**
 * Reads an equation or an inequality. `x > 3` and `1 < x \le 3` are intervals of x; a chain of equations, and one without
 * unknowns, is what it comes to. Null for what is none of these.
 */
export function readRelation(text: string, readForm: (text: string) => Form): Form | null {
  const relation = relationIn(text);
  if (!relation) return null;
  const { sides, signs } = relation;
  const [left = "", right = ""] = sides;
  const last = sides.at(-1)!;
  if (sides.some((side) => side === "")) return null;
  if (signs.every((sign) => sign === "=")) {
    const name = squeezed(left);
    if (sides.length > 2) {
      const form = readForm(last);
      return NAME.test(name) ? { kind: "named", name, form } : form;
    }
    if (!hasSymbols(left) && !hasSymbols(right)) return readForm(last);
    return { kind: "relation", sign: "=", left, right };
  }
  const interval = intervalOf(relation);
  if (interval) return interval;
  const [sign = ""] = signs;
  if (sides.length > 2 || sign === "\\in") return null;
  if (sign in TURNED) return { kind: "relation", sign: TURNED[sign]!, left: right, right: left };
  return { kind: "relation", sign, left, right };
}
