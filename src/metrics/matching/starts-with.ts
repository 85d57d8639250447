import { Type } from "@sinclair/typebox";
import type { MetricFacts } from "../metric.ts";
import { scoreMatch, scoreWording } from "../references.ts";
import { proportion } from "../summary.ts";
import { folded } from "../text/folding.ts";
import { withParameters } from "../with-parameters.ts";

const facts: MetricFacts = {
  name: "starts_with",
  description: "Whether the output begins with any of the references, apart from white space before it.",
  unit: "ratio",
  range: [0, 1],
  binary: true,
  better: "higher",
  requires: ["expected"],
  source:
    "Prefix test after Unicode NFC; `starts-with` of promptfoo, `match` of inspect_ai at the beginning.",
};

const parameters = Type.Object(
  { ignore_case: Type.Boolean({ default: true }) },
  { additionalProperties: false },
);

/**
 * 1 if the output begins with a reference, else 0. Every text begins with an empty reference, so those are ignored.
 */
export const startsWith = withParameters(facts, parameters, ({ ignore_case }) => ({
  score: (sample) =>
    scoreWording(sample, (references) => {
      const wanted = references
        .map((reference) => folded(reference, ignore_case))
        .filter((text) => text !== "");
      if (wanted.length === 0) return { value: null, reason: "the expected answer is empty" };
      const output = folded(sample.output, ignore_case);
      return scoreMatch(wanted, (reference) => output.startsWith(reference));
    }),
  summarize: (values, clusters) => proportion(values, facts, clusters),
}));
