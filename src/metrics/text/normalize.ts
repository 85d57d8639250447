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

const DASH = /[\p{Pd}−]/gu;
const THOUSANDS_COMMA = /(?<=\d),(?=\d{3}(?!\d))/g;
/** Any punctuation, currency sign or backtick, but not one within a number, its sign or its leading point. */
const PUNCTUATION = /(?!(?<=\d)\p{P}\d)(?!(?<![\p{L}\p{N}])[-.]{1,2}\d)[\p{P}\p{Sc}`]/gu;
const LEADING_ARTICLE = /(?<![\p{L}\p{N}_])(?:an?|the) (?=\S)/gu;

/**
 * A short answer as it is compared with a reference: SQuAD's normalisation, mended where that one makes different
 * answers equal. Punctuation of every script goes, but "3.5 kg" is not "35 kg", nor "-5 °C" "5 °C"; an article goes
 * where a word follows, so that "Vitamin A" is not "vitamin"; an answer of punctuation alone stays as it is.
 */
export function normalizeAnswer(text: string): string {
  const folded = squeeze(composed(text).toLowerCase().replace(DASH, "-"));
  const bare = squeeze(folded.replace(THOUSANDS_COMMA, "").replace(PUNCTUATION, ""));
  return bare === "" ? folded : bare.replace(LEADING_ARTICLE, "");
}

/** Unicode's canonical composition (NFC): "é" is the same written as one character or as two. */
export const composed = (text: string): string => text.normalize("NFC");
