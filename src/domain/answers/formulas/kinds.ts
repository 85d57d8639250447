import { isMathematical } from "../latex.ts";
import { readNumber } from "../numbers/number.ts";
import { outsideBrackets, splitAt } from "./brackets.ts";
import { withoutUnit } from "./units.ts";

/** Whether a text is a single letter, such as `x`, `\theta` or `x_1`. */
export const isSymbol = (text: string): boolean =>
  /^\$?(?:[A-Za-z]|\\(?!pi|infty)[A-Za-z]{2,8}|[A-Za-z]_\w)\$?$/.test(text.trim());

/** Whether a text is a number, a letter or a formula. */
export const isValue = (text: string): boolean =>
  isSymbol(text) || readNumber(text) !== null || isMathematical(withoutUnit(text).text);

const SEPARATOR = /[,;]|(?:,\s*)?(?<![A-Za-z\\])(?:or|and)(?![A-Za-z])/y;
const LENGTH_MAX = 500;

/** Whether a text lists several values side by side: `2, 3`, `19 \text{ and } 43`, `B, C`. */
export function isListing(text: string): boolean {
  if (text.length > LENGTH_MAX || !/[,;]|\b(?:or|and)\b/.test(text)) return false;
  const bare = text.replace(/\\(?:text|mbox)\s*\{\s*(or|and)\s*\}/g, " $1 ");
  const parts = splitAt(bare, outsideBrackets(bare, SEPARATOR)).filter((part) => part !== "");
  return parts.length > 1 && parts.every(isValue);
}

/** Whether a text is compared as a formula. */
export const isFormula = (text: string): boolean => isMathematical(withoutUnit(text).text) || isListing(text);
