import { type NumberReading, readNumber } from "./number.ts";
import { plainSpelling } from "./plain-text.ts";

/** So far back from its last digit a number may begin. */
const REACH = 200;

/** A letter of a script that writes words apart: a number does not begin right behind it, as in `H2O`. */
const LETTER = String.raw`\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Telugu}`;
/** Where a number may begin: its sign or currency and first digit, with no letter or digit before. */
const START = new RegExp(
  String.raw`(?<![${LETTER}\p{N}.,_^])(?:(?<![\p{L}\p{N})\]}%] ?)[-+−–]\s?)?(?:\p{Sc}\s?)?-?(?:\d|\.\d)|(?<![\p{L}\p{N}.,_^])[-+−–](?=\d)`,
  "gu",
);

/** What stands before a number that is one end of a range, one of a list, a bound, or what the answer is not. */
const NOT_THE_ANSWER =
  /(?:\d\S{0,12}\s*(?:[-–—~]|to|or|oder|ou|o|或|bis)|\b(?:between|zwischen|entre|from)\s[^.\n]{0,30}\b(?:and|und|et|y|to)|\b(?:not|isn['’]t|never|less than|more than|fewer than|greater than|at least|at most|under|over|up to)|[<>≤≥≠±])\s*$/iu;

interface Found {
  start: number;
  reading: NumberReading | null;
}

/** The ends of the closing bracket of a text, if it ends with one: `18 (rounded from 17.6).` */
function closingBracket(text: string): number {
  const [bracket] = /\([^()\n]{0,160}\)[\s.!*_]*$/u.exec(text.slice(-REACH)) ?? [];
  return bracket === undefined ? -1 : text.length - bracket.length;
}

function lastIn(text: string): Found | null {
  const starts = [...text.matchAll(START)];
  const last = starts.at(-1);
  if (!last) return null;
  let { index } = last;
  // A fraction, a mixed number, or one that is grouped by blanks begins earlier: take the longest that reads as one number.
  for (const earlier of starts.slice(-4, -1)) {
    const between = text.slice(earlier.index, index);
    if (/^[-+]?\p{Sc}?\d{1,3}(?: \d{3})* $|^[-+]?\d+\s*\/\s*$|^[-+]?\d+ \d+\s*\/\s*$/u.test(between)) {
      index = earlier.index;
      break;
    }
  }
  const before = text.slice(Math.max(0, index - 60), index);
  if (NOT_THE_ANSWER.test(before)) return { start: index, reading: null };
  const [line = ""] = text.slice(index).split("\n", 1);
  return { start: index, reading: readNumber(line) };
}

/** The last line with a digit, bounded. */
function lastLine(output: string): string {
  let digit = output.length - 1;
  while (digit >= 0 && !/\p{N}/u.test(output.charAt(digit))) digit--;
  if (digit < 0) return "";
  const start = Math.max(output.lastIndexOf("\n", digit) + 1, digit - REACH * 4);
  const end = output.indexOf("\n", digit);
  return output.slice(start, Math.min(end < 0 ? output.length : end, digit + REACH));
}

/** A bold text within its line, no part of a calculation and no heading: neither an equals sign nor a colon follows. */
const BOLD = /(?<=\S\s?)\*\*([^*\n]{1,60})\*\*(?![:：])(?!.*=)/gu;

/** The number that is set in bold within the last line, unless that begins with it, as the items of a list do. */
function boldNumber(line: string): NumberReading | null {
  const [, bold = ""] = [...line.matchAll(BOLD)].at(-1) ?? [];
  return readNumber(bold);
}

/**
 * Reads the last number of a text that declares no answer; null if it has none, or if its last number is one end of a
 * range, a bound or one of several. A number in bold goes before the last one. A number in a bracket that closes the text is a remark (`18 (rounded from 17.6)`),
 * unless it is the only one of its line.
 */
export function lastNumber(output: string): NumberReading | null {
  const ending = lastLine(output);
  const bold = boldNumber(ending);
  if (bold) return bold;
  const line = plainSpelling(ending);
  const bracket = closingBracket(line);
  const outside = bracket > 0 ? lastIn(line.slice(0, bracket)) : null;
  return (outside ?? lastIn(line))?.reading ?? null;
}
