import { PLAIN_NAME } from "../latex.ts";
import { isSameNumber, type NumberReading, readNumber } from "../numbers/number.ts";
import { isListing } from "./kinds.ts";
import { isSameUnit } from "./units.ts";

/** What makes of a number before it a formula: functions, \pi, variables, `2 pi`, `3-sqrt(7)`, `5 x`, `5!`, `42_7`. */
const IN_FORMULA = new RegExp(
  String.raw`^[!_]|^\.?\s*[-+*/^]?\s*(?:\\[A-Za-z]|[√π∞]|${PLAIN_NAME.source}|[a-fijknp-rt-z]\s*(?=$|[-+*/^=])|\p{L}\s*[-+*=]\s*[\dA-Za-z\\])`,
  "u",
);
/** A letter that stands for a number: alone, or behind a figure; not a unit, nor a part of a word. */
const UNKNOWN =
  /(?<![\p{L}\\]|\d\s)[A-Za-z](?!\p{L})|\d[a-fijknp-rt-z](?!\p{L})|(?<![\p{L}\\])[xyzab]{2}(?!\p{L})/u;
const TIMES = /(?<=\d)\s*[xX]\s*(?=\d)/g;
const NAME = /^\s*\(?\\?[A-Za-z]+(?:_\{?\w+\}?)?(?:\([A-Za-z]\))?\)?\s*$/;

/** What follows a number that is the first part of something else: `42_7`, `2 pi`, `3 x^2`, `3 squared`, `3'6"`, `3..4`. */
const GOES_ON = new RegExp(
  String.raw`^_[\d{]|^\s*(?:${PLAIN_NAME.source}|[xyzn]\s*(?:\^|\*\*|[²³])|(?:squared|cubed)(?!\p{L})|['′]\s*\d|\.\.\s*-?\d)`,
  "iu",
);

/** Whether a number is only the first part of a formula, of a power or of a range. */
export const isFirstPart = ({ rest }: NumberReading): boolean => GOES_ON.test(rest);

/** Whether a text is an equation of unknowns, such as `x + 2y = 3`, which does not come to the number behind it. */
function isEquation(text: string): boolean {
  const [left = "", right, ...others] = text.split("=");
  if (right === undefined || others.length > 0 || NAME.test(left)) return false;
  return !/\p{L}{3,}/u.test(left.replace(/\\[A-Za-z]+/g, " ")) && UNKNOWN.test(left.replace(TIMES, "*"));
}

/** The number that an answer is; null for a formula, an equation, a list, and for what a number only begins. */
export function plainNumber(text: string): NumberReading | null {
  const reading = readNumber(text);
  if (!reading || isFirstPart(reading) || isEquation(text)) return null;
  if (reading.rest === "") return reading;
  if (IN_FORMULA.test(reading.rest) && !/^\s*[-+]?\s*\p{L}+-/u.test(reading.rest)) return null;
  return /[,;]/.test(reading.rest) && isListing(text) ? null : reading;
}

const CURRENCIES: readonly (readonly [sign: string, names: RegExp])[] = [
  ["$", /\$|\b(?:dollars?|usd|bucks?)\b/i],
  ["€", /€|\b(?:euros?|eur)\b/i],
  ["£", /£|\b(?:pounds?|gbp)\b/i],
  ["¥", /¥|\b(?:yen|yuan|jpy|cny|rmb)\b/i],
  ["₹", /₹|\b(?:rupees?|inr|rs)\b/i],
];

/** The unit of a number: its currency, `%`, or the words behind it; empty if it has none. */
function unitOf({ spelling, percent, rest }: NumberReading): string {
  const [currency] = CURRENCIES.find(([, names]) => names.test(spelling) || names.test(rest)) ?? [];
  if (currency !== undefined) return currency;
  if (percent) return "%";
  const unit = rest.replace(/\([^()]*\)/g, " ");
  return /[\p{L}°'"]/u.test(unit) ? unit : "";
}

const DECIMAL_COMMA = /^\D*\d+,(?:\d{1,2}|\d{4,})\D*$/;

/** Two numbers with their units; a unit that only one of them has is read over. */
export function compareNumbers(answer: NumberReading, reference: NumberReading): boolean {
  if (!isSameNumber(answer, reference)) return false;
  // "0,4" may be two numbers: only another decimal shows that it is one.
  const spellings = [answer.spelling, reference.spelling];
  if (spellings.some((text) => DECIMAL_COMMA.test(text)) && spellings.some((text) => text.includes("/")))
    return false;
  const [unit, wanted] = [unitOf(answer), unitOf(reference)];
  return unit === "" || wanted === "" || isSameUnit(unit, wanted);
}
