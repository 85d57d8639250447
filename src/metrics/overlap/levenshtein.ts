import type { Metric } from "../metric.ts";
import { scoreWording } from "../references.ts";
import { mean } from "../summary.ts";
import { composed } from "../text/normalize.ts";
import type { TableBudget } from "../text/table-budget.ts";
import { editDistance } from "./edit-distance.ts";

/** Cells of the table at most: some tenths of a second, in which nobody else is served. */
const TABLE_MAX = 2e9;

/**
 * 1 − d / l of the nearest reference: d edits (a character put in, left out or replaced) turn output and reference into
 * each other, l is the longer of their lengths. In code points after Unicode NFC; white space at the ends is left out.
 * Two empty texts are equal: 1. Null of texts whose lengths, for all references together, multiply to more than TABLE_MAX,
 * shared ends aside.
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
      const output = composed(sample.output.trim());
      const budget: TableBudget = { cells: TABLE_MAX };
      let nearest = 0;
      for (const reference of references) {
        const value = likeness(output, reference, budget);
        if (value === null)
          return { value, reason: "the texts are too long to count the edits between them" };
        nearest = Math.max(nearest, value);
      }
      return { value: nearest };
    }),
  summarize: (values, clusters) => mean(values, levenshtein, clusters),
};

function likeness(output: string, reference: string, budget: TableBudget): number | null {
  const { edits, longer } = editDistance(output, composed(reference.trim()), budget);
  if (edits === null) return null;
  return longer === 0 ? 1 : 1 - edits / longer;
}
