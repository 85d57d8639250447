import { codePointsOf } from "../text/code-points.ts";
import { createSharing, type Grams, ngramsOf, numberTokens } from "../text/ngrams.ts";
import { splitAtSpaces } from "../text/spaces.ts";

export interface ChrfOptions {
  readonly word_order: number;
  readonly lowercase: boolean;
  readonly whitespace: boolean;
}

const CHARACTER_ORDER = 6;
/** β²: recall weighs twice as much as precision. */
const RECALL_WEIGHT = 4;
const PUNCTUATION = new Set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");

/**
 * Returns chrF from n-gram counts, 0 to 100. Each order has three counts: of the output, of the reference, and of
 * both. The formula is sacrebleu's `_compute_f_score` without epsilon smoothing: an order does not count if either
 * text is too short for it.
 */
export function chrfOf(parts: ArrayLike<number>): number {
  let [precision, recall, orders] = [0, 0, 0];
  for (let start = 0; start < parts.length; start += 3) {
    const [given, wanted, shared] = [parts[start]!, parts[start + 1]!, parts[start + 2]!];
    if (given === 0 || wanted === 0) continue;
    precision += shared / given;
    recall += shared / wanted;
    orders++;
  }
  if (precision + recall === 0) return 0;
  precision /= orders;
  recall /= orders;
  const score = ((1 + RECALL_WEIGHT) * precision * recall) / (RECALL_WEIGHT * precision + recall);
  return Math.min(100, 100 * score);
}

/** Returns the counts of an output against the reference with the highest chrF, the first of equals. */
export function chrfParts(output: string, references: readonly string[], options: ChrfOptions): number[] {
  const texts = [output, ...references].map((text) => (options.lowercase ? text.toLowerCase() : text));
  const characters = texts.map((text) =>
    codePointsOf(options.whitespace ? text : splitAtSpaces(text).join("")),
  );
  const orders = ngramsOf(numberTokens(characters), CHARACTER_ORDER);
  if (options.word_order > 0)
    orders.push(...ngramsOf(numberTokens(texts.map(chrfWords)), options.word_order));
  const statistics = orders.map(createStatistics);
  return bestOf(references.map((_, index) => statistics.flatMap((statisticsOf) => statisticsOf(index + 1))));
}

const bestOf = (candidates: readonly number[][]): number[] =>
  candidates.reduce((best, candidate) => (chrfOf(candidate) > chrfOf(best) ? candidate : best));

/**
 * Returns a function that counts one order for a reference, by its index. If the reference has no such n-grams,
 * those of the output do not count either, as in sacrebleu.
 */
function createStatistics({ texts, distinct }: Grams): (reference: number) => number[] {
  const given = texts[0]!;
  const sharedWith = createSharing(given, distinct);
  return (reference) => {
    const wanted = texts[reference]!;
    return [wanted.length === 0 ? 0 : given.length, wanted.length, sharedWith(wanted)];
  };
}

/**
 * Splits into words and separates one ASCII punctuation mark: the one at a word's end, else the one at its
 * beginning.
 */
function chrfWords(text: string): string[] {
  return splitAtSpaces(text).flatMap((word) => {
    const characters = Array.from(word);
    const [first, last] = [characters[0]!, characters.at(-1)!];
    if (characters.length === 1) return [word];
    if (PUNCTUATION.has(last)) return [word.slice(0, -1), last];
    return PUNCTUATION.has(first) ? [first, word.slice(1)] : [word];
  });
}
