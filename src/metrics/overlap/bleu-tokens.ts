import { splitAtSpaces, trimEnd } from "../text/spaces.ts";

export const BLEU_TOKENIZERS = ["13a", "char", "zh", "none"] as const;
export type BleuTokenizer = (typeof BLEU_TOKENIZERS)[number];

/** The language-dependent part of mteval-v13a.pl, for Western languages: patterns that are separated from words. */
const SEPARATED = [
  [/([{-~[-` -&(-+:-@/])/g, " $1 "],
  [/([^0-9])([.,])/gu, "$1 $2 "],
  [/([.,])([^0-9])/gu, " $1 $2"],
  [/([0-9])(-)/g, "$1 $2 "],
] as const;

const separateTokens = (line: string): string =>
  SEPARATED.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line);

/** Reads a line as mteval-v13a.pl does; the entities are resolved in this order. */
const unescapeLine = (line: string): string =>
  line
    .replaceAll("<skipped>", "")
    .replaceAll("-\n", "")
    .replaceAll("\n", " ")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">");

/**
 * The characters that sacrebleu's `zh` separates. Two of its ranges are meant for planes beyond U+FFFF, but Python
 * reads them as U+2001 to U+2A6D and U+2F81 to U+2FA1. This pattern does the same, so that the scores agree.
 */
const CHINESE =
  /[\u3400-\u4db5\u4e00-\u9fa5\u9fa6-\u9fbb\uf900-\ufa2d\ufa30-\ufa6a\ufa70-\ufad9\u2001-\u2a6d\u2f81-\u2fa1\uff00-\uffef\u2e80-\u2eff\u3000-\u303f\u31c0-\u31ef\u2f00-\u2fdf\u2ff0-\u2fff\u3100-\u312f\u31a0-\u31bf\ufe10-\ufe1f\ufe30-\ufe4f\u2600-\u26ff\u2700-\u27bf\u3200-\u33ff]/gu;

const TOKENIZE: Record<BleuTokenizer, (line: string) => string[]> = {
  "13a": (line) => splitAtSpaces(separateTokens(` ${unescapeLine(line)} `)),
  zh: (line) => splitAtSpaces(separateTokens(splitAtSpaces(line).join(" ").replace(CHINESE, " $& "))),
  char: (line) => splitAtSpaces(line).flatMap((word) => Array.from(word)),
  none: splitAtSpaces,
};

/** Returns the tokens of a text as sacrebleu's tokenizer of that name does. */
export const bleuTokens = (text: string, tokenizer: BleuTokenizer, lowercase: boolean): string[] =>
  TOKENIZE[tokenizer](trimEnd(lowercase ? text.toLowerCase() : text));
