import type { Metric } from "./metric.ts";
import { composed } from "./normalize.ts";
import { scoreMatch, scoreReferences } from "./references.ts";
import { proportion } from "./summary.ts";

/**
 * 1 where the whole output, without white space at its ends, is one of the references, else 0. Case, punctuation and
 * order all count; only the two ways of writing an accented character (Unicode NFC) are taken as one.
 */
export const exactMatch: Metric = {
  name: "exact_match",
  description: "Whether the whole output is exactly one of the references, white space at its ends aside.",
  unit: "ratio",
  range: [0, 1],
  better: "higher",
  requires: ["expected"],
  source:
    "String equality, as `exact_match` of Hugging Face evaluate, after trimming and Unicode NFC; any reference.",
  score: (sample) =>
    scoreReferences(sample, (references) => {
      const output = composed(sample.output.trim());
      return scoreMatch(references, (reference) => composed(reference.trim()) === output);
    }),
  summarize: (values, clusters) => proportion(values, exactMatch, clusters),
};
