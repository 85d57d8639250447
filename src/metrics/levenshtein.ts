import { editDistance } from "./edit-distance.ts";
import type { Metric } from "./metric.ts";
import { composed } from "./normalize.ts";
import { scoreWording } from "./references.ts";
import { mean } from "./summary.ts";

/** Cells of the table at most: some tenths of a second, in which nobody else is served. */
const TABLE_MAX = 5e8;

/**
 * 1 − d / l of the nearest reference: d edits (a character put in, left out or replaced) turn output and reference into
 * each other, l is the longer of their lengths. In code points after Unicode NFC; white space at the ends is left out.
 * Two empty texts are equal: 1. Null of texts whose lengths multiply to more than TABLE_MAX, shared ends aside.
 */
export const levenshtein: Metric = {
  name: "levenshtein",
  description: "How few characters must be changed to make the output the nearest reference: 1 if none.",
  unit: "ratio",
  range: [0, 1],
  better: "higher",
  requires: ["expected"],
  source:
    "1 − Levenshtein distance / length of the longer text (Levenshtein 1966), as `Levenshtein` of Braintrust's autoevals.",
  score: (sample) =>
    scoreWording(sample, (references) => {
      const likenesses = references.map((reference) => likeness(sample.output, reference));
      const known = likenesses.filter((value) => value !== null);
      if (known.length < likenesses.length)
        return { value: null, reason: "the texts are too long to count the edits between them" };
      return { value: Math.max(...known) };
    }),
  summarize: (values, clusters) => mean(values, levenshtein, clusters),
};

function likeness(output: string, reference: string): number | null {
  const { edits, longer } = editDistance(composed(output.trim()), composed(reference.trim()), TABLE_MAX);
  if (edits === null) return null;
  return longer === 0 ? 1 : 1 - edits / longer;
}
