import type { Metric } from "../metric.ts";
import { mean } from "../summary.ts";
import { bagOf, sharedSize } from "../text/bag.ts";
import { squadWordsOf } from "../text/words.ts";

/**
 * K-Precision: the share of the output's words that occur in the knowledge it was to keep to, a word counting as often
 * as it occurs in both. The knowledge is the context, its passages taken together, or the input where there is none.
 * Beyond the authors' code, words of scripts without spaces are told apart, and an output without words, which theirs
 * scores 0, is null: it claims nothing.
 */
export const faithfulness: Metric = {
  name: "faithfulness",
  description:
    "Share of the output's words that the context bears out; without a context, that the input does.",
  unit: "ratio",
  range: [0, 1],
  better: "higher",
  slow: true,
  requires: [],
  method: "lexical",
  source: "K-Precision (Adlakha et al. 2023, arXiv 2307.16877; McGill-NLP/instruct-qa).",
  score: ({ input, output, context }) => {
    const knowledge = bagOf(squadWordsOf(context?.length ? context.join(" ") : input));
    const given = bagOf(squadWordsOf(output));
    if (given.size === 0) return { value: null, reason: "the output has no words" };
    if (knowledge.size === 0) return { value: null, reason: "there are no words to hold the output against" };
    const value = sharedSize(given, knowledge) / given.size;
    return context?.length
      ? { value }
      : { value, explanation: "held against the input, as there is no context" };
  },
  summarize: (values, clusters) => mean(values, faithfulness, clusters),
};
