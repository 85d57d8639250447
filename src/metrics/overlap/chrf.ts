import { Type } from "@sinclair/typebox";
import type { MetricFacts } from "../metric.ts";
import { scoreCounts } from "../references.ts";
import { mean } from "../summary.ts";
import { isUnsplit } from "../text/scripts.ts";
import { withParameters } from "../with-parameters.ts";
import { chrfOf, chrfParts } from "./chrf-score.ts";
import { summarizeCorpus } from "./corpus.ts";

const facts: MetricFacts = {
  name: "chrf",
  description:
    "chrF: sequences of one to six characters that the output shares with the nearest reference, in percent; recall " +
    "counts twice. Over a run, it is computed from all outputs together. Suits any script.",
  unit: "points",
  range: [0, 100],
  better: "higher",
  slow: true,
  requires: ["expected"],
  source:
    "sacrebleu's sentence_chrf for a trial and corpus_chrf for a run, n = 6, β = 2, with a seeded bootstrap over 10,000 " +
    "resamples (Popović 2015, W15-3049; chrF++ with word_order 2: Popović 2017, W17-4770).",
};

const parameters = Type.Object(
  {
    word_order: Type.Integer({
      minimum: 0,
      maximum: 2,
      default: 0,
      description: "Highest order of word n-grams that also count: 0 is chrF, 2 is chrF++.",
    }),
    lowercase: Type.Boolean({ default: false }),
    whitespace: Type.Boolean({ default: false, description: "Whether white space counts as a character." }),
  },
  { additionalProperties: false },
);

const UNSPLIT =
  "the reference is of a script without spaces, in which word_order finds no words: set word_order to 0";

export const chrf = withParameters(facts, parameters, (options) => ({
  score: (sample) =>
    scoreCounts(sample, (references) => {
      if (options.word_order > 0 && references.some(isUnsplit)) return { value: null, reason: UNSPLIT };
      const parts = chrfParts(sample.output, references, options);
      return { value: chrfOf(parts), parts };
    }),
  summarize: (values, clusters) => mean(values, facts, clusters),
  scoreParts: chrfOf,
  summarizeParts: (parts, clusters) => summarizeCorpus({ parts, clusters }, chrfOf, facts),
}));
