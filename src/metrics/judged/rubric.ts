import { Type } from "@sinclair/typebox";
import { badField } from "../../base/errors.ts";
import { createParametricJudged } from "./judged-metric.ts";
import { byRating, Samples } from "./rating.ts";

const TEXT_NAMES = ["input", "output", "expected", "context"] as const;
const Mark = Type.Integer({ minimum: 0, maximum: 100 });

const Parameters = Type.Object(
  {
    criteria: Type.String({ minLength: 1, maxLength: 10_000, description: "What makes an output good." }),
    steps: Type.Array(Type.String({ minLength: 1, maxLength: 2000 }), {
      maxItems: 20,
      default: [],
      description: "The steps that the judge follows.",
    }),
    scale: Type.Array(Mark, {
      minItems: 2,
      maxItems: 2,
      default: [1, 5],
      description: "The worst and the best mark.",
    }),
    texts: Type.Array(Type.Union(TEXT_NAMES.map((name) => Type.Literal(name))), {
      minItems: 1,
      uniqueItems: true,
      default: ["input", "output"],
      description: "The texts of a sample that the judge receives; it always receives the output.",
    }),
    samples: Samples,
  },
  { additionalProperties: false },
);

const isRequired = (name: string): name is "expected" | "context" =>
  name === "expected" || name === "context";

export const rubric = createParametricJudged(
  {
    name: "rubric",
    description: "How well the output meets your own criteria, on a scale from 0 to 1.",
    source:
      "G-Eval (Liu et al. 2023, arXiv 2303.16634) in the form of DeepEval's GEval (confident-ai/deepeval, metrics/g_eval " +
      "as of #3060): the expected mark, (mark − worst) / (best − worst).",
  },
  {
    parameters: Parameters,
    example: {
      criteria: "{criteria}",
      steps: ["{step}"],
      scale: [1, 5],
      texts: ["input", "output"],
      samples: 3,
    },
    build: ({ criteria, steps, scale: [worst = 1, best = 5], texts, samples }) => {
      if (worst >= best)
        throw badField("scale", "must be two marks, the worst before the best and lower, as in [1, 5]");
      const judged_texts = TEXT_NAMES.filter((name) => name === "output" || texts.includes(name));
      const procedure = byRating({ criteria, steps, scale: [worst, best], texts: judged_texts, samples });
      return { ...procedure, requires: ["judge", ...judged_texts.filter(isRequired)] };
    },
  },
);
