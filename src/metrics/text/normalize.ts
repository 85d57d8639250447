import { squeeze } from "./spaces.ts";

const ASCII_PUNCTUATION = /[!-/:-@[-`{-~]/g;
/** A whole word in Python's sense of `\b`, where letters of every script are word characters. */
const ARTICLE = /(?<![\p{L}\p{N}_])(?:an?|the)(?![\p{L}\p{N}_])/gu;

/**
 * `normalize_answer` of the official SQuAD evaluation script (evaluate-v2.0.py): lower case, ASCII punctuation and the
 * articles a, an, the removed, white space squeezed.
 */
export function normalizeSquad(text: string): string {
  return squeeze(text.toLowerCase().replace(ASCII_PUNCTUATION, "").replace(ARTICLE, " "));
}

/** `get_tokens` of the same script: the normalised text at its spaces. */
export function squadTokens(text: string): string[] {
  const normalized = normalizeSquad(text);
  return normalized === "" ? [] : normalized.split(" ");
}

/** Unicode's canonical composition (NFC): "é" is the same written as one character or as two. */
export const composed = (text: string): string => text.normalize("NFC");
