/** Digits, grouped by commas or not, with sign and currency; a dash behind a word or number is no sign. */
const WHOLE = String.raw`(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)`;
const NUMBER = String.raw`(?:(?<![\p{L}\p{N})\]])[-−+])?[$€£]?(?:${WHOLE}(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?%?`;
const NUMBERS = new RegExp(NUMBER, "gu");
const ONLY_A_NUMBER = new RegExp(`^${NUMBER}$`, "u");

/** Whether a text is a number and nothing else, such as `-1,234.5`, `$18` or `40%`. */
export const isNumber = (text: string): boolean => ONLY_A_NUMBER.test(text.trim());

/**
 * The last number in a text as it is spelled there; null if there is none. Searched from the end, in the last run
 * without blanks that has a digit, so that a long text costs no more than a short one.
 */
export function lastNumber(text: string): string | null {
  let digit = text.length - 1;
  while (digit >= 0 && !/\d/.test(text.charAt(digit))) digit--;
  if (digit < 0) return null;
  let start = digit;
  while (start > 0 && !/\s/.test(text.charAt(start - 1))) start--;
  const [run = ""] = text.slice(start, digit + 2).split(/\s/, 1);
  return run.match(NUMBERS)?.at(-1) ?? null;
}
