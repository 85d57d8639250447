import type { Metric } from "../metric.ts";
import { scoreWording } from "../references.ts";
import { mean } from "../summary.ts";
import { composed } from "../text/normalize.ts";
import type { TableBudget } from "../text/table-budget.ts";
import { editDistance } from "./edit-distance.ts";

/** The most cells of the table: some tenths of a second, in which no other request is served. */
const TABLE_MAX = 2e9;

/**
 * 1 − d / l for the nearest reference. d is the number of edits (insertions, deletions, substitutions of a
 * character) between output and reference; l is the length of the longer one. Lengths are in code points after
 * Unicode NFC and trimming. Two empty texts score 1. The score is null if the products of the lengths, without
 * shared ends and over all references, exceed TABLE_MAX.
 */
export const levenshtein: Metric = {
  name: "levenshtein",
  description: "Similarity to the nearest reference by edits of single characters: 1 if none is needed.",
  unit: "ratio",
  range: [0, 1],
  better: "higher",
  slow: true,
  requires: ["expected"],
  source:
    "1 − Levenshtein distance / length of the longer text (Levenshtein 1966), as `Levenshtein` of Braintrust's autoevals.",
  score: (sample) =>
    scoreWording(sample, (references) => {
      const output = composed(sample.output.trim());
      const budget: TableBudget = { cells: TABLE_MAX };
      let nearest = 0;
      for (const reference of references) {
        const value = similarity(output, reference, budget);
        if (value === null)
          return { value, reason: "output and references are too long to count the edits between them" };
        nearest = Math.max(nearest, value);
      }
      return { value: nearest };
    }),
  summarize: (values, clusters) => mean(values, levenshtein, clusters),
};

function similarity(output: string, reference: string, budget: TableBudget): number | null {
  const { edits, longer } = editDistance(output, composed(reference.trim()), budget);
  if (edits === null) return null;
  return longer === 0 ? 1 : 1 - edits / longer;
}
