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
 * chrF out of n-gram counts, 0 to 100: for each order those of the output, of the reference, and those in both. As
 * sacrebleu's `_compute_f_score` without epsilon smoothing: orders that either text is too short for do not count.
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

/** The counts of an output against the reference that gives the highest chrF, the first of several. */
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

/** Of an order, by the place of the reference. Where that has no such n-grams, sacrebleu does not count the output's either. */
function createStatistics({ texts, distinct }: Grams): (reference: number) => number[] {
  const given = texts[0]!;
  const sharedWith = createSharing(given, distinct);
  return (reference) => {
    const wanted = texts[reference]!;
    return [wanted.length === 0 ? 0 : given.length, wanted.length, sharedWith(wanted)];
  };
}

/** Words, with one punctuation mark of ASCII at the end of each set apart, or else one at its beginning. */
function chrfWords(text: string): string[] {
  return splitAtSpaces(text).flatMap((word) => {
    const characters = Array.from(word);
    const [first, last] = [characters[0]!, characters.at(-1)!];
    if (characters.length === 1) return [word];
    if (PUNCTUATION.has(last)) return [word.slice(0, -1), last];
    return PUNCTUATION.has(first) ? [first, word.slice(1)] : [word];
  });
}
