import type { Metric } from "../metric.ts";
import { mean } from "../summary.ts";
import { bagOf, cosine } from "../text/bag.ts";
import { contentWordsOf } from "../text/words.ts";

/**
 * The cosine between the term-frequency vectors of input and output. Simplified from the source: common words are
 * deleted, but terms are not stemmed and, as there is no collection to count them in, not weighted by their rarity.
 * An output without content words is as far from the input as can be: 0.
 */
export const relevance: Metric = {
  name: "relevance",
  description:
    "How far input and output speak of the same things: likeness of their content words' frequencies.",
  unit: "ratio",
  range: [0, 1],
  better: "higher",
  slow: true,
  requires: [],
  method: "lexical",
  source:
    "Cosine of term-frequency vectors in the vector space model (Salton, Wong & Yang 1975, CACM 18(11), 613–620).",
  score: ({ input, output }) => {
    const wanted = bagOf(contentWordsOf(input));
    if (wanted.size === 0) return { value: null, reason: "the input has no content words" };
    return { value: cosine(wanted, bagOf(contentWordsOf(output))) };
  },
  summarize: (values, clusters) => mean(values, relevance, clusters),
};
