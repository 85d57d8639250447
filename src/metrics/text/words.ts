import { composed } from "./normalize.ts";
import { hasUnspaced, segmentWords } from "./scripts.ts";

/** Counts the words of a text by Unicode's rules (UAX #29). */
export const countWords = (text: string): number => segmentWords(text).length;

/**
 * Returns the words of a text in lower case: runs of letters, marks, digits and underscores, as Python's `\w+` finds
 * them. Scripts without spaces are split by ICU's dictionaries.
 */
export const wordsOf = (text: string): string[] =>
  (
    composed(text)
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}_]+/gu) ?? []
  ).flatMap((word) => (hasUnspaced(word) ? segmentWords(word) : [word]));
