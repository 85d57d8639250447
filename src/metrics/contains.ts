import type { Metric } from "./metric.ts";
import { composed } from "./normalize.ts";
import { scoreMatch, scoreWording } from "./references.ts";
import { proportion } from "./summary.ts";

/**
 * 1 where any reference, without white space at its ends, occurs in the output, whatever the case, else 0.
 * It need not be a word of its own ("art" occurs in "party"). Empty references, which occur anywhere, are left out.
 */
export const contains: Metric = {
  name: "contains",
  description: "Whether any of the references occurs in the output, in upper or lower case.",
  unit: "ratio",
  range: [0, 1],
  better: "higher",
  requires: ["expected"],
  source:
    "Substring test in lower case and Unicode NFC; `includes` of inspect_ai (UK AI Security Institute).",
  score: (sample) =>
    scoreWording(sample, (references) => {
      const wanted = references.map(folded).filter((reference) => reference !== "");
      if (wanted.length === 0) return { value: null, reason: "the expected answer is empty" };
      const output = folded(sample.output);
      return scoreMatch(wanted, (reference) => output.includes(reference));
    }),
  summarize: (values, clusters) => proportion(values, contains, clusters),
};

const folded = (text: string): string => composed(text).toLowerCase().trim();
