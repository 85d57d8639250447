import { Type } from "@sinclair/typebox";
import type { MetricFacts } from "../metric.ts";
import { scoreMatch, scoreReferences } from "../references.ts";
import { proportion } from "../summary.ts";
import { folded } from "../text/folding.ts";
import { withParameters } from "../with-parameters.ts";

const facts: MetricFacts = {
  name: "exact_match",
  description: "Whether the whole output equals one of the references, apart from white space at its ends.",
  unit: "ratio",
  range: [0, 1],
  binary: true,
  better: "higher",
  requires: ["expected"],
  source:
    "String equality after trimming and Unicode NFC, as `exact_match` of Hugging Face evaluate with its options for " +
    "case, punctuation and numbers; any reference may match.",
};

const parameters = Type.Object(
  {
    ignore_case: Type.Boolean({ default: false }),
    ignore_punctuation: Type.Boolean({
      default: false,
      description: "Whether ASCII punctuation is removed first.",
    }),
    ignore_numbers: Type.Boolean({
      default: false,
      description: "Whether the digits 0 to 9 are removed first.",
    }),
  },
  { additionalProperties: false },
);

const PUNCTUATION = /[!-/:-@[-`{-~]/g;
const DIGITS = /[0-9]/g;

/**
 * 1 if the whole output, trimmed of white space, equals one of the references, else 0. Case, punctuation and order
 * count unless the parameters ignore them. Both encodings of an accented character are equal (Unicode NFC).
 */
export const exactMatch = withParameters(facts, parameters, (options) => {
  const comparable = (text: string): string => {
    const trimmed = folded(text, options.ignore_case);
    const words = options.ignore_punctuation ? trimmed.replace(PUNCTUATION, "") : trimmed;
    return options.ignore_numbers ? words.replace(DIGITS, "") : words;
  };
  return {
    score: (sample) =>
      scoreReferences(sample, (references) => {
        const output = comparable(sample.output);
        return scoreMatch(references, (reference) => comparable(reference) === output);
      }),
    summarize: (values, clusters) => proportion(values, facts, clusters),
  };
});
