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
      description: "How the judge is to go about it.",
    }),
    scale: Type.Array(Mark, {
      minItems: 2,
      maxItems: 2,
      default: [1, 5],
      description: "The worst mark and the best.",
    }),
    texts: Type.Array(Type.Union(TEXT_NAMES.map((name) => Type.Literal(name))), {
      minItems: 1,
      uniqueItems: true,
      default: ["input", "output"],
      description: "What the judge is shown of a sample; the output always.",
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
    description: "How well the output meets criteria of your own, put on a scale from 0 to 1.",
    source:
      "G-Eval (Liu et al. 2023, arXiv 2303.16634) in the form of DeepEval's GEval (confident-ai/deepeval, metrics/g_eval " +
      "as of #3060): the expected mark, (mark − worst) / (best − worst).",
  },
  Parameters,
  { criteria: "{criteria}", steps: ["{step}"], scale: [1, 5], texts: ["input", "output"], samples: 3 },
  ({ criteria, steps, scale: [worst = 1, best = 5], texts, samples }) => {
    if (worst >= best) throw badField("scale", "must go from the worst mark to a higher one, as in [1, 5]");
    const shown = TEXT_NAMES.filter((name) => name === "output" || texts.includes(name));
    const procedure = byRating({ criteria, steps, scale: [worst, best], texts: shown, samples });
    return { ...procedure, requires: ["judge", ...shown.filter(isRequired)] };
  },
);
