import type { Metric } from "../metric.ts";
import { mean } from "../summary.ts";
import { type Bag, bagOf, cosine } from "../text/bag.ts";
import { contentSentencesOf } from "../text/words.ts";

/**
 * The mean cosine between the content-word vectors of adjacent sentences of the output. Simplified from the sources:
 * the words themselves are compared, without latent semantic analysis (Foltz et al.), parts of speech or lemmas
 * (Coh-Metrix, whose content word overlap is a proportion, not a cosine). Sentences without content words are left out.
 */
export const coherence: Metric = {
  name: "coherence",
  description: "How far each sentence of the output takes up the words of the one before.",
  unit: "ratio",
  range: [0, 1],
  better: "higher",
  slow: true,
  requires: [],
  method: "lexical",
  source:
    "Mean overlap of adjacent sentences: Foltz, Kintsch & Landauer 1998 (Discourse Processes 25, 285–307); " +
    "content word overlap of Coh-Metrix (Graesser et al. 2004, Behavior Research Methods 36, 193–202).",
  score: ({ output }) => {
    const sentences = contentSentencesOf(output).map(bagOf);
    if (sentences.length < 2)
      return { value: null, reason: "the output has fewer than two sentences with content words" };
    return { value: meanAdjacentCosine(sentences) };
  },
  summarize: (values, clusters) => mean(values, coherence, clusters),
};

function meanAdjacentCosine(sentences: readonly Bag[]): number {
  let sum = 0;
  let before: Bag | undefined;
  for (const sentence of sentences) {
    if (before) sum += cosine(before, sentence);
    before = sentence;
  }
  return sum / (sentences.length - 1);
}
