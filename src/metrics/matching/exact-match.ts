import { Type } from "@sinclair/typebox";
import type { MetricFacts } from "../metric.ts";
import { scoreMatch, scoreReferences } from "../references.ts";
import { proportion } from "../summary.ts";
import { folded } from "../text/folding.ts";
import { withParameters } from "../with-parameters.ts";

const facts: MetricFacts = {
  name: "exact_match",
  description: "Whether the whole output is exactly one of the references, white space at its ends aside.",
  unit: "ratio",
  range: [0, 1],
  binary: true,
  better: "higher",
  requires: ["expected"],
  source:
    "String equality, as `exact_match` of Hugging Face evaluate with its options for case, punctuation and numbers, " +
    "after trimming and Unicode NFC; any reference.",
};

const parameters = Type.Object(
  {
    ignore_case: Type.Boolean({ default: false }),
    ignore_punctuation: Type.Boolean({ default: false, description: "Leaves out ASCII's punctuation." }),
    ignore_numbers: Type.Boolean({ default: false, description: "Leaves out the digits 0 to 9." }),
  },
  { additionalProperties: false },
);

const PUNCTUATION = /[!-/:-@[-`{-~]/g;
const DIGITS = /[0-9]/g;

/**
 * 1 where the whole output, without white space at its ends, is one of the references, else 0. Case, punctuation and
 * order all count unless left out; only the two ways of writing an accented character (Unicode NFC) are taken as one.
 */
export const exactMatch = withParameters(facts, parameters, (options) => {
  const compared = (text: string): string => {
    const plain = folded(text, options.ignore_case);
    const bare = options.ignore_punctuation ? plain.replace(PUNCTUATION, "") : plain;
    return options.ignore_numbers ? bare.replace(DIGITS, "") : bare;
  };
  return {
    score: (sample) =>
      scoreReferences(sample, (references) => {
        const output = compared(sample.output);
        return scoreMatch(references, (reference) => compared(reference) === output);
      }),
    summarize: (values, clusters) => proportion(values, facts, clusters),
  };
});
