/** White space as in Python's `str.split`: Unicode's, and the four ASCII information separators. */
const SEPARATORS = String.fromCharCode(0x1c, 0x1d, 0x1e, 0x1f);
const SPACE = `[\\t-\\r ${SEPARATORS}\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]`;
const SPACES = new RegExp(`${SPACE}+`, "g");
const IS_SPACE = new RegExp(SPACE);

/**
 * Replaces each run of white space by one space and trims the ends. String.trim() differs: it removes a byte order
 * mark.
 */
export const squeeze = (text: string): string => text.replace(SPACES, " ").replace(/^ | $/g, "");

/** Returns the words between white space, like Python's `str.split()`. */
export const splitAtSpaces = (text: string): string[] => text.split(SPACES).filter((word) => word !== "");

/** Removes white space at the end, like Python's `str.rstrip()`. */
export function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && IS_SPACE.test(text[end - 1]!)) end--;
  return text.slice(0, end);
}
