import { isMostly } from "../text/scripts.ts";
import { wordsOf } from "../text/words.ts";

export const ROUGE_TOKENIZERS = ["rouge_score", "words"] as const;
export type RougeTokenizer = (typeof ROUGE_TOKENIZERS)[number];

/** `rouge_score` is that package's `tokenize` without a stemmer: runs of a-z and 0-9 in lower case. */
export const TOKENIZE: Readonly<Record<RougeTokenizer, (text: string) => string[]>> = {
  rouge_score: (text) => text.toLowerCase().match(/[a-z0-9]+/g) ?? [],
  words: wordsOf,
};

const ASCII_ONLY = /^[\0-\x7f]*$/;
const hasOtherLetters = (word: string): boolean =>
  /\p{L}/u.test(word) && !/[\p{Script=Latin}0-9]/u.test(word);

/** Whether most of a text is of a script that rouge_score's tokenizer drops. */
const isDropped = (text: string): boolean => !ASCII_ONLY.test(text) && isMostly(text, hasOtherLetters);

/**
 * Whether the tokenizer can compare these texts: it drops neither all references, nor one that the output agrees with
 * in script.
 */
export function canCompare(output: string, references: readonly string[], tokenize: RougeTokenizer): boolean {
  if (tokenize === "words") return true;
  const dropped = references.filter(isDropped).length;
  return dropped === 0 || (dropped < references.length && !isDropped(output));
}
