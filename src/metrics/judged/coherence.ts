import { Type } from "@sinclair/typebox";
import { createParametricJudged } from "./judged-metric.ts";
import { byRating, Samples } from "./rating.ts";

const Parameters = Type.Object({ samples: Samples }, { additionalProperties: false });

export const coherence = createParametricJudged(
  {
    name: "coherence",
    optional_judge: true,
    description: "How coherent the output is from sentence to sentence, by G-Eval's rubric from 1 to 5.",
    source:
      "G-Eval (Liu et al. 2023, arXiv 2303.16634; nlpyang/geval, prompts/summeval/coh_detailed.txt at 8f54105): the " +
      "expected mark, (mark − 1) / 4.",
  },
  {
    parameters: Parameters,
    example: { samples: 3 },
    build: ({ samples }) =>
      byRating({
        criteria:
          "Coherence: the quality of all sentences taken together. The output should be well structured and well organised. " +
          "It should not be a heap of related facts, but build up from sentence to sentence to one coherent whole.",
        steps: [
          "Find the subject of the output and its main points.",
          "See whether the points come in a clear and logical order, and each sentence follows on from those before.",
          "Give the mark: 1 for no coherence at all, 5 for perfect coherence. Neither truth nor style counts.",
        ],
        scale: [1, 5],
        texts: ["input", "output"],
        samples,
      }),
  },
);
