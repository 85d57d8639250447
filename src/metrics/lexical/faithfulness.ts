import { withoutJudge } from "../judged/without-judge.ts";
import type { Metric } from "../metric.ts";
import { mean } from "../summary.ts";
import { createSharing, type Grams, ngramsOf, numberTokens } from "../text/ngrams.ts";
import { wordsOf } from "../text/words.ts";

/**
 * Bigram precision: the share of the output's pairs of adjacent words that occur in the context, a pair counting as
 * often as it occurs in both. Passages count together, but no pair spans two of them.
 */
export const faithfulness: Metric = {
  name: "faithfulness",
  description: "Share of the output's pairs of adjacent words that the context contains.",
  unit: "ratio",
  range: [0, 1],
  better: "higher",
  slow: true,
  requires: ["context"],
  method: "lexical",
  optional_judge: true,
  source:
    "Bigram precision: the clipped bigram count of BLEU (Papineni et al. 2002, P02-1040), of the output against the " +
    "context.",
  agreement: [
    { dataset: "QAGS-CNN/DM", statistic: "AUC", value: 0.818, n: 235 },
    { dataset: "QAGS-XSum", statistic: "AUC", value: 0.627, n: 239 },
  ],
  score({ output, context = [] }) {
    if (context.length === 0)
      return { value: null, reason: withoutJudge("there is no judge, and no context to compare with") };
    const pairs = pairsOf(output, context);
    const given = pairs.texts[0]!;
    if (given.length === 0) return { value: null, reason: "the output has fewer than two words" };
    const shared = createSharing(given, pairs.distinct)(joined(pairs.texts.slice(1)));
    return { value: shared / given.length };
  },
  summarize: (values, clusters) => mean(values, faithfulness, clusters),
};

/** Returns the pairs of adjacent words of the output, the first text, and of each passage. */
const pairsOf = (output: string, context: readonly string[]): Grams =>
  ngramsOf(numberTokens([output, ...context].map(wordsOf)), 2)[1]!;

function joined(texts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(texts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const text of texts) {
    all.set(text, start);
    start += text.length;
  }
  return all;
}
