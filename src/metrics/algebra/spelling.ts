import { cleanLatex, PLAIN_NAME } from "../../domain/answers/latex.ts";
import { Incomparable } from "./protocol.ts";

const LENGTH_MAX = 1000;
const DEPTH_MAX = 40;

/** The offset of the bracket that closes the one at `open`; -1 if none does. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if ("([{".includes(text.charAt(at))) depth++;
    else if (")]}".includes(text.charAt(at)) && --depth === 0) return at;
  }
  return -1;
}

function checkSize(text: string): void {
  if (text.length > LENGTH_MAX) throw new Incomparable("large");
  let depth = 0;
  for (const sign of text) {
    if ("([{".includes(sign)) depth++;
    else if (")]}".includes(sign)) depth--;
    if (depth > DEPTH_MAX) throw new Incomparable("large");
  }
  if (depth !== 0) throw new Incomparable("unreadable");
}

/** Puts the bracket behind a command or a caret in braces: `\sqrt(5)` as `\sqrt{5}`, `x^(n+1)` as `x^{n+1}`. */
function braced(text: string, command: RegExp): string {
  let plain = text;
  for (let round = 0; round < DEPTH_MAX; round++) {
    const [found] = command.exec(plain) ?? [];
    if (found === undefined) return plain;
    const open = plain.search(command) + found.length - 1;
    const close = closing(plain, open);
    if (close < 0) throw new Incomparable("unreadable");
    const before = plain.slice(0, open).trimEnd();
    plain = `${before}{${plain.slice(open + 1, close)}}${plain.slice(close + 1)}`;
  }
  throw new Incomparable("large");
}

const FACTOR = String.raw`(?:[A-Za-z(]|\\(?:sqrt|pi|frac|sin|cos|tan|ln|log|alpha|beta|theta)(?![A-Za-z]))`;
/** `a/bc`: read as (a/b)c by some, as a/(bc) by others. */
const AMBIGUOUS = new RegExp(
  String.raw`\/\s*(?:\d+(?:\.\d+)?|[A-Za-z](?:\^\w)?|\\sqrt\s*\{[^{}]*\}|\\(?!sqrt|frac|sin|cos|tan|ln|log)[A-Za-z]+|\([^()]*\)|\{[^{}]*\})\s*${FACTOR}`,
);
/** `3/4 x` with a blank is three quarters of x. */
const QUARTERS = new RegExp(String.raw`(\d+)\s*\/\s*(\d+)\s+(?=${FACTOR})`, "g");
/** Four letters in a row are a word, and no product. */
const WORD = /(?<!\\)(?<![A-Za-z])[A-Za-z]{4,}/;
const TWO_NUMBERS = /(?<![_^]\{?)(?<![\d.])\d[\d.]*\s+\d/;

/**
 * Spells a formula as the LaTeX that the library reads: functions with their backslash (`sqrt(5)`, `pi`), exponents and
 * roots in braces. Throws Incomparable for words, unbalanced brackets, and what is too long or can be read in two ways.
 */
export function algebraLatex(formula: string): string {
  let text = cleanLatex(formula).replace(/\^\\circ\s*$/, "^\\circ");
  checkSize(text);
  text = text.replace(PLAIN_NAME, (name) =>
    name === "cbrt" ? "\\sqrt[3]" : `\\${name.replace("infinity", "infty")} `,
  );
  text = text.replace(/\\[lr]?vert(?![A-Za-z])/g, "|").replace(QUARTERS, "\\frac{$1}{$2} ");
  if (AMBIGUOUS.test(text)) throw new Incomparable("ambiguous");
  if (WORD.test(text.replace(/\\[A-Za-z]+/g, " ")) || TWO_NUMBERS.test(text))
    throw new Incomparable("unreadable");
  text = braced(braced(text, /\\sqrt\s*(?:\[\d\])?\s*\(/), /\^\s*\(/);
  text = text.replace(/\\sqrt\s*(\d+)/g, "\\sqrt{$1}").replace(/\^\s*([-+]?\d+)/g, "^{$1}");
  return text.replace(/\*/g, "\\cdot ");
}
