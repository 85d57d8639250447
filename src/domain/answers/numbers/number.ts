import { isBound, isPartOfMore } from "./number-context.ts";
import { spelledNumber } from "./number-words.ts";
import { plainSpelling } from "./plain-text.ts";
import { decimal, isSame, negated, powerOfTen, product, quotient, type Rational, sum } from "./rational.ts";

/** A number that a text begins with. */
export interface NumberReading {
  value: Rational;
  /** Whether a percent sign or word follows: the value is then the figure before it, `50%` is 50. */
  percent: boolean;
  /** How it is written, without what follows. */
  spelling: string;
  /** The unit, remark or bracket behind it; empty if there is none. */
  rest: string;
}

/** A longer text is no number, however it begins. */
const LENGTH_MAX = 2000;

const APPROXIMATELY =
  /^(?:(?:about|approximately|approx\.?|around|roughly|exactly|circa|ca\.?|only|just|equals|is|etwa|ungefähr|environ|aproximadamente|circa|около|约|約|大约)(?=[\s\d$€£])|[≈~≃:])\s*/iu;
const CURRENCY = /^(?:US\$|A\$|C\$|HK\$|R\$|Rs\.?|USD|EUR|GBP|JPY|CHF|INR|CNY|\p{Sc})\s*/u;
const SIGN = /^(?:([-+–])\s*|(minus|negative)\s+)/iu;

/** Digits in groups: of three by commas, blanks, apostrophes or (two groups or more) points, or the Indian way. */
const GROUPED = [
  /^[1-9]\d{0,2}(?:,\d{3})+(?![\d,])(?:\.\d+)?/,
  /^\d{1,2}(?:,\d{2})+,\d{3}(?![\d,])(?:\.\d+)?/,
  /^\d{1,3}(?: \d{3})+(?! ?\d)(?:[.,]\d+)?/,
  /^\d{1,3}(?:['’]\d{3})+(?!\d)(?:\.\d+)?/,
  /^\d{1,3}(?:_\d{3})+(?!\d)(?:\.\d+)?/,
];
const EUROPEAN = [/^\d{1,3}(?:\.\d{3}){2,}(?![\d.])(?:,\d+)?/, /^\d{1,3}(?:\.\d{3})+,\d{1,2}(?!\d)/];
/** One comma behind which there are not three digits, or before which there is only a 0: a decimal comma. */
const DECIMAL_COMMA = /^(?:\d+,(?:\d{1,2}|\d{4,})|0,\d+)(?![\d,])/;
const PLAIN = /^(?:\d+(?:\.\d+)?|\.\d+|\d+\.(?![\p{L}\d]))/u;

interface Figure {
  value: Rational;
  length: number;
}

function digitsOf(text: string): { digits: string; length: number } | null {
  for (const pattern of GROUPED) {
    const [found] = pattern.exec(text) ?? [];
    if (found !== undefined) {
      const spaced = pattern === GROUPED[2];
      const digits = spaced ? found.replaceAll(" ", "").replace(",", ".") : found.replace(/[,'’_]/g, "");
      return { digits, length: found.length };
    }
  }
  for (const pattern of EUROPEAN) {
    const [found] = pattern.exec(text) ?? [];
    if (found !== undefined)
      return { digits: found.replaceAll(".", "").replace(",", "."), length: found.length };
  }
  const [comma] = DECIMAL_COMMA.exec(text) ?? [];
  if (comma !== undefined) return { digits: comma.replace(",", "."), length: comma.length };
  const [plain] = PLAIN.exec(text) ?? [];
  return plain === undefined ? null : { digits: plain, length: plain.length };
}

const EXPONENT = /^[eE]([-+]?\d{1,4})(?![\p{L}\d])/u;

function decimalOf(text: string): Figure | null {
  const written = digitsOf(text);
  if (!written) return null;
  const [exponent = "", power = "0"] = EXPONENT.exec(text.slice(written.length)) ?? [];
  const value = decimal(written.digits, Number(power));
  return value && { value, length: written.length + exponent.length };
}

const OVER = /^\s*\/\s*/;

/** `3/4`, or a whole number; a date such as `1/2/2024` is neither. */
function fractionOf(text: string): Figure | null {
  const top = decimalOf(text);
  if (!top) return null;
  const [over] = OVER.exec(text.slice(top.length)) ?? [];
  if (over === undefined) return top;
  const [sign = ""] = /^-/.exec(text.slice(top.length + over.length)) ?? [];
  const start = top.length + over.length + sign.length;
  const bottom = decimalOf(text.slice(start));
  // A third figure makes a date or a ratio of it, an exclamation mark a factorial.
  if (!bottom || OVER.test(text.slice(start + bottom.length)) || text[start + bottom.length] === "!")
    return null;
  const value = quotient(top.value, sign ? negated(bottom.value) : bottom.value);
  return value && { value, length: start + bottom.length };
}

const MIXED = /^(\d+)\s+(?=\d+\s*\/\s*\d)/;

/** `1 1/2`: a whole number and a fraction. */
function mixedOf(text: string): Figure | null {
  const [found, whole] = MIXED.exec(text) ?? [];
  if (found === undefined || whole === undefined) return null;
  const part = fractionOf(text.slice(found.length));
  const count = decimal(whole);
  return part && count && { value: sum(count, part.value), length: found.length + part.length };
}

function spelledOf(text: string): Figure | null {
  const spelled = spelledNumber(text);
  const value = spelled && decimal(String(spelled.value));
  return spelled && value && { value, length: spelled.length };
}

const TEN_TO_THE = /^\s*(?:×|x|X|\*|·|⋅)\s*10\s*(?:\^|\*\*)\s*[{(]?\s*([-+]?\d{1,4})\s*[})]?/;
/** Letters that multiply only where they touch the number: with a blank between, `5 K` is a temperature. */
const ATTACHED: Readonly<Record<string, number>> = { k: 3, K: 3, M: 6, mn: 6, B: 9, bn: 9 };
const WORDS: Readonly<Record<string, number>> = {
  hundred: 2,
  thousand: 3,
  million: 6,
  millions: 6,
  mn: 6,
  mio: 6,
  millionen: 6,
  millones: 6,
  billion: 9,
  billions: 9,
  bn: 9,
  trillion: 12,
  lakh: 5,
  lakhs: 5,
  crore: 7,
  crores: 7,
  千: 3,
  万: 4,
  萬: 4,
  亿: 8,
  億: 8,
};
const SCALE_WORD = /^\s*-?(\p{L}+)(?![\p{L}\p{N}])/u;
/** 千 before the sign of a unit is a part of the unit, as in 千克 (kilogram). */
const SCALE_SIGN = /^\s*([万萬亿億]|千(?![克米瓦卡赫帕焦伏字]))/;

/** The power of ten that multiplies the number, and how many characters say so. */
function scaleOf(rest: string): { power: number; length: number } {
  const [written, exponent] = TEN_TO_THE.exec(rest) ?? [];
  if (written !== undefined) return { power: Number(exponent), length: written.length };
  const [signed, sign = ""] = SCALE_SIGN.exec(rest) ?? [];
  if (signed !== undefined) return { power: WORDS[sign]!, length: signed.length };
  const [found, word = ""] = SCALE_WORD.exec(rest) ?? [];
  if (found === undefined) return { power: 0, length: 0 };
  const attached = found === word ? ATTACHED[word] : undefined;
  const power = attached ?? (Object.hasOwn(WORDS, word.toLowerCase()) ? WORDS[word.toLowerCase()]! : 0);
  return power === 0 ? { power, length: 0 } : { power, length: found.length };
}

const PERCENT = /^\s*(?:%|percent(?![\p{L}])|per cent(?![\p{L}])|pct(?![\p{L}])|Prozent(?![\p{L}]))/iu;

/** The number that a text without LaTeX begins with, its sign and currency included. */
function readSigned(text: string): NumberReading | null {
  let start = 0;
  const skip = (pattern: RegExp): RegExpExecArray | null => {
    const found = pattern.exec(text.slice(start));
    if (found) start += found[0].length;
    return found;
  };
  while (skip(APPROXIMATELY));
  const spelledFrom = start;
  let negative = false;
  for (let part = 0; part < 3; part++) {
    const sign = skip(SIGN);
    if (sign) negative = (sign[1] ?? "-") !== "+";
    else if (!skip(CURRENCY)) break;
  }
  const rest = text.slice(start);
  const figure = mixedOf(rest) ?? fractionOf(rest) ?? spelledOf(rest);
  if (!figure) return null;
  const scale = scaleOf(rest.slice(figure.length));
  let end = figure.length + scale.length;
  const [percent = ""] = PERCENT.exec(rest.slice(end)) ?? [];
  end += percent.length;
  const magnitude = scale.power === 0 ? figure.value : product(figure.value, powerOfTen(scale.power));
  return {
    value: negative ? negated(magnitude) : magnitude,
    percent: percent !== "",
    spelling: text.slice(spelledFrom, start + end).trim(),
    rest: rest.slice(end),
  };
}

/** A single bracket pair round the whole, which is no part of the number. */
const withoutBrackets = (text: string): string => /^[([]([^()[\],;]*)[)\]]$/.exec(text)?.[1]?.trim() ?? text;

const LIST_OF_EQUATIONS = /[,;]|\b(?:or|and|oder|und)\b/i;

/** The side of an equation that is a number: what the equation comes to. */
function sideOf(text: string): string | null {
  const sides = text.split(/[=≈]/).map((side) => side.trim());
  if (sides.length === 1) return text;
  if (sides.slice(1, -1).some((side) => LIST_OF_EQUATIONS.test(side))) return null;
  const last = sides.at(-1)!;
  if (readWhole(last)) return last;
  const first = sides[0]!;
  return readWhole(first)?.rest.trim() === "" ? first : null;
}

function readWhole(text: string): NumberReading | null {
  const reading = readSigned(withoutBrackets(text));
  if (!reading || isPartOfMore(reading.rest)) return null;
  return reading;
}

/**
 * Reads the number that a declared answer begins with, its sign, currency, scale (`k`, `million`, `×10^6`) and percent
 * sign included; of an equation, the number it comes to (`9×2 = 18`). Units, brackets and remarks behind it are its
 * `rest`. Null for what is no single number: a range, a list, an interval, a bound (`<5`), a calculation, a date.
 */
export function readNumber(text: string): NumberReading | null {
  if (text.length > LENGTH_MAX) return null;
  const plain = plainSpelling(text).trim();
  if (!/\p{L}|\d/u.test(plain)) return null;
  const side = sideOf(plain.replace(/\s+/g, " "));
  if (side === null) return null;
  const head = side.slice(0, 40);
  const reading = readWhole(side);
  if (!reading) return null;
  const before = head.slice(0, Math.max(0, head.indexOf(reading.spelling)));
  return isBound(before) ? null : reading;
}

const HUNDRED: Rational = { numerator: 100n, denominator: 1n };

/**
 * Whether an answer's number is the reference's. A percent sign behind either is read over (`50%` is 50); a reference with
 * one is met by its share too (0.5 for `50%`).
 */
export function isSameNumber(answer: NumberReading, reference: NumberReading): boolean {
  if (isSame(answer.value, reference.value)) return true;
  return reference.percent && !answer.percent && isSame(product(answer.value, HUNDRED), reference.value);
}
