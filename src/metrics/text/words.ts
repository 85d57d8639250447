import { FUNCTION_WORDS } from "./function-words.ts";
import { composed, normalizeSquad } from "./normalize.ts";

// A fixed locale, so that a text has the same words on every machine; the dictionaries for CJK and Thai come with any.
const WORDS = new Intl.Segmenter("en", { granularity: "word" });
const SENTENCES = new Intl.Segmenter("en", { granularity: "sentence" });

interface Word {
  readonly spelling: string;
  readonly index: number;
}

/**
 * The tokens of the SQuAD script, and where those are not ASCII, the words in them: a text of a script without spaces
 * would be one token otherwise.
 */
export const squadWordsOf = (text: string): string[] =>
  segmentWords(normalizeSquad(plain(text))).map(spellingOf);

/** How many words a text has by Unicode's rules (UAX #29). */
export const countWords = (text: string): number => segmentWords(text).length;

/**
 * The words of a text in lower case that tell what it is about: without possessive 's, and without English function
 * words, as there is no telling the language.
 */
export const contentWordsOf = (text: string): string[] => segmentContentWords(plain(text)).map(spellingOf);

/**
 * The content words of each sentence of a text, sentences without any left out. Sentences end by Unicode's rules
 * (UAX #29), and at a new line.
 */
export function contentSentencesOf(text: string): string[][] {
  const readable = plain(text);
  const words = segmentContentWords(readable);
  let taken = 0;
  // The words of the whole text are found once and then dealt out: a segmentation for each short line takes seconds.
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

/** Words by Unicode's rules (UAX #29) and ICU's dictionaries. */
function segmentWords(text: string): Word[] {
  const words: Word[] = [];
  for (const { segment, index, isWordLike } of WORDS.segment(text)) {
    if (isWordLike) words.push({ spelling: segment, index });
  }
  return words;
}

const spellingOf = ({ spelling }: Word): string => spelling;

const plain = (text: string): string => composed(text).replaceAll("’", "'");
