import { FUNCTION_WORDS } from "./function-words.ts";
import { composed, normalizeSquad } from "./normalize.ts";

// A fixed locale, so that a text has the same words on every machine; every locale includes the dictionaries for
// CJK and Thai.
const WORDS = new Intl.Segmenter("en", { granularity: "word" });
const SENTENCES = new Intl.Segmenter("en", { granularity: "sentence" });

interface Word {
  readonly spelling: string;
  readonly index: number;
}

/**
 * Returns the tokens of the SQuAD script, and splits tokens that are not ASCII into words: otherwise a text in a
 * script without spaces would be one token.
 */
export const squadWordsOf = (text: string): string[] =>
  segmentWords(normalizeSquad(withStraightApostrophes(text))).map(spellingOf);

/** Counts the words of a text by Unicode's rules (UAX #29). */
export const countWords = (text: string): number => segmentWords(text).length;

/**
 * Returns the words, in lower case, that tell what a text is about: without possessive 's and without English
 * function words. The language of the text is not detected.
 */
export const contentWordsOf = (text: string): string[] =>
  segmentContentWords(withStraightApostrophes(text)).map(spellingOf);

/**
 * Returns the content words of each sentence; sentences without any are left out. A sentence ends by Unicode's
 * rules (UAX #29) or at a line break.
 */
export function contentSentencesOf(text: string): string[][] {
  const readable = withStraightApostrophes(text);
  const words = segmentContentWords(readable);
  let taken = 0;
  // Words are found once in the whole text and then assigned to sentences: segmenting each short line takes
  // seconds.
  const sentences = Array.from(SENTENCES.segment(readable), ({ segment, index }) => {
    const start = taken;
    while (taken < words.length && words[taken]!.index < index + segment.length) taken++;
    return words.slice(start, taken).map(spellingOf);
  });
  return sentences.filter((sentence) => sentence.length > 0);
}

function segmentContentWords(text: string): Word[] {
  return segmentWords(text)
    .map(({ spelling, index }) => ({ spelling: spelling.toLowerCase().replace(/'s$/, ""), index }))
    .filter(({ spelling }) => !FUNCTION_WORDS.has(spelling));
}

/** Returns the words by Unicode's rules (UAX #29) and ICU's dictionaries. */
function segmentWords(text: string): Word[] {
  const words: Word[] = [];
  for (const { segment, index, isWordLike } of WORDS.segment(text)) {
    if (isWordLike) words.push({ spelling: segment, index });
  }
  return words;
}

const spellingOf = ({ spelling }: Word): string => spelling;

const withStraightApostrophes = (text: string): string => composed(text).replaceAll("’", "'");
