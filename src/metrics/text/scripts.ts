import { splitAtSpaces } from "./spaces.ts";

/** Letters of Chinese and Japanese, which are written without spaces and of which each counts as a token. */
const IDEOGRAPHIC = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}ー";
/** Letters of scripts without spaces whose words a dictionary finds. */
const UNSPACED_ALPHABETIC = "\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}";

const UNSPACED = new RegExp(`[${IDEOGRAPHIC}${UNSPACED_ALPHABETIC}]`, "u");
/** An ideograph, a run of another script without spaces, or a run of anything else. */
const PIECES = new RegExp(
  `[${IDEOGRAPHIC}]|[${UNSPACED_ALPHABETIC}][${UNSPACED_ALPHABETIC}\\p{M}]*|[^${IDEOGRAPHIC}${UNSPACED_ALPHABETIC}]+`,
  "gu",
);
const IDEOGRAPH = new RegExp(`^[${IDEOGRAPHIC}]$`, "u");

/** A fixed locale, so that a text has the same words on every machine; every locale includes all dictionaries. */
const WORDS = new Intl.Segmenter("en", { granularity: "word" });

/** Returns the words of a text by Unicode's rules (UAX #29) and ICU's dictionaries for scripts without spaces. */
export function segmentWords(text: string): string[] {
  const words: string[] = [];
  for (const { segment, isWordLike } of WORDS.segment(text)) if (isWordLike) words.push(segment);
  return words;
}

/** Whether a text has letters of a script that is written without spaces between words. */
export const hasUnspaced = (text: string): boolean => UNSPACED.test(text);

/**
 * Splits a word of spaced text where it holds scripts without spaces: Chinese and Japanese into characters, as MLQA's
 * and CMRC 2018's evaluation scripts do; Thai, Lao, Khmer and Burmese into the words of ICU's dictionaries.
 */
export function splitUnspaced(word: string): string[] {
  if (!hasUnspaced(word)) return [word];
  return (word.match(PIECES) ?? []).flatMap((piece) => {
    if (IDEOGRAPH.test(piece)) return [piece];
    if (hasUnspaced(piece)) return segmentWords(piece);
    const bare = piece.replace(/\p{P}/gu, "");
    return bare === "" ? [] : [bare];
  });
}

/** A text's script is told from so many characters at its beginning. */
const LOOKED_AT = 20_000;

/** Whether at least half of a text's words pass a test; false for a text without words. */
export function isMostly(text: string, test: (word: string) => boolean): boolean {
  const words = segmentWords(text.slice(0, LOOKED_AT));
  return words.length > 0 && words.filter(test).length * 2 >= words.length;
}

/**
 * Whether a text is mostly of scripts without spaces, and splitting it at spaces leaves more than two words in a token
 * on average. Texts that were split into words beforehand are not.
 */
export function isUnsplit(text: string): boolean {
  if (!hasUnspaced(text)) return false;
  const beginning = text.slice(0, LOOKED_AT);
  const words = segmentWords(beginning);
  return (
    words.filter(hasUnspaced).length * 2 >= words.length && splitAtSpaces(beginning).length * 2 < words.length
  );
}
