import { Type } from "@sinclair/typebox";
import type { MetricFacts } from "../metric.ts";
import { scoreWording } from "../references.ts";
import { proportion } from "../summary.ts";
import { withParameters } from "../with-parameters.ts";
import { answerNotFound, scoreAnswer } from "./equal-answer.ts";

const facts: MetricFacts = {
  name: "math_equal",
  description:
    "Whether the final answer equals the reference mathematically: the same number, value, set, interval, matrix or equation.",
  unit: "ratio",
  range: [0, 1],
  binary: true,
  better: "higher",
  requires: ["expected"],
  source:
    "LaTeX normalised as MATH's answer check (Hendrycks et al. 2021, arXiv 2103.03874; Lewkowycz et al. 2022, arXiv " +
    "2206.14858, appendix D), then compared part by part. Values that are spelled differently are computed to 60 digits " +
    "at seeded points by @cortex-js/compute-engine, and simplified where too few points are defined. If this does not " +
    "decide, the answer counts as wrong, with a note.",
};

const parameters = Type.Object(
  {
    unordered: Type.Boolean({
      default: false,
      description: "Whether lists in no brackets, such as `-4, 4`, are compared in any order.",
    }),
  },
  { additionalProperties: false },
);

/** 1 where the answer that the protocol read is mathematically one of the references, else 0. */
export const mathEqual = withParameters(facts, parameters, ({ unordered }) => ({
  score: (sample) =>
    scoreWording(sample, (references) => {
      if (sample.answer === null) return answerNotFound(sample);
      return scoreAnswer({ answer: sample.answer, references, unordered });
    }),
  summarize: (values, clusters) => proportion(values, facts, clusters),
}));
