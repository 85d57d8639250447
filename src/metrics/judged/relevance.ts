import { Type } from "@sinclair/typebox";
import { createParametricJudged } from "./judged-metric.ts";
import { byStatements } from "./statements.ts";

const Parameters = Type.Object(
  {
    penalize_ambiguous: Type.Boolean({
      default: false,
      description: "Whether a statement counts against the output if the judge cannot decide (idk).",
    }),
  },
  { additionalProperties: false },
);

/** DeepEval scores an output without statements 1; here the score is null with the reason. */
export const relevance = createParametricJudged(
  {
    name: "relevance",
    optional_judge: true,
    description: "Share of the output's statements that address the input.",
    source:
      "DeepEval's answer relevancy (confident-ai/deepeval, metrics/answer_relevancy at 04a21e5): statements, then yes, no " +
      "or idk for each; those that are not 'no' / all.",
  },
  {
    parameters: Parameters,
    example: { penalize_ambiguous: false },
    build: ({ penalize_ambiguous }) =>
      byStatements({
        split: {
          task:
            "Take the output apart into the statements it is made of, in its own words as far as they can be understood " +
            "by themselves. Courtesies and single words count as statements too.",
          texts: ["output"],
        },
        verdict: {
          task:
            "The items are the statements of one answer to the input. Say of each whether it helps to answer the input: " +
            "yes if it addresses what is asked, no if it has nothing to do with it, idk if it does not answer but might " +
            "support the answer. Whether it is true does not matter.",
          texts: ["input"],
        },
        counts: { yes: 1, no: 0, idk: penalize_ambiguous ? 0 : 1 },
        none: { value: null, reason: "the judge found no statements in the output" },
      }),
  },
);
