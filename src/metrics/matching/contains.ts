import { Type } from "@sinclair/typebox";
import type { MetricFacts, Score } from "../metric.ts";
import { scoreWording } from "../references.ts";
import { proportion } from "../summary.ts";
import { folded } from "../text/folding.ts";
import { withParameters } from "../with-parameters.ts";

const facts: MetricFacts = {
  name: "contains",
  description: "Whether any reference, or with `all` every reference, occurs in the output.",
  unit: "ratio",
  range: [0, 1],
  binary: true,
  better: "higher",
  requires: ["expected"],
  source: "Substring test after Unicode NFC; `includes` of inspect_ai (UK AI Security Institute).",
};

const parameters = Type.Object(
  {
    ignore_case: Type.Boolean({ default: true }),
    all: Type.Boolean({
      default: false,
      description: "Whether every reference must occur; otherwise one suffices.",
    }),
  },
  { additionalProperties: false },
);

/**
 * 1 if a reference, trimmed of white space, occurs in the output, else 0. It need not be a whole word ("art" occurs
 * in "party"). Empty references occur in every text, so they are ignored.
 */
export const contains = withParameters(facts, parameters, ({ ignore_case, all }) => ({
  score: (sample) =>
    scoreWording(sample, (references) => {
      const wanted = references.map((reference) => folded(reference, ignore_case));
      return occurrence(folded(sample.output, ignore_case), wanted, all);
    }),
  summarize: (values, clusters) => proportion(values, facts, clusters),
}));

function occurrence(output: string, references: readonly string[], all: boolean): Score {
  const wanted = references.filter((reference) => reference !== "");
  if (wanted.length === 0) return { value: null, reason: "the expected answer is empty" };
  const occurs = (reference: string) => output.includes(reference);
  return { value: (all ? wanted.every(occurs) : wanted.some(occurs)) ? 1 : 0 };
}
