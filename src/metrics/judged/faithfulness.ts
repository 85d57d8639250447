import { createJudged } from "./judged-metric.ts";
import { byStatements } from "./statements.ts";

/** Ragas scores an answer without statements NaN; here the score is null with the reason. */
export const faithfulness = createJudged(
  {
    name: "faithfulness",
    optional_judge: true,
    description:
      "Share of the output's statements that the context supports; without a context, that the input supports.",
    source:
      "Ragas' Faithfulness (Es et al. 2023, arXiv 2309.15217; explodinggradients/ragas, metrics/collections/faithfulness " +
      "at 44ca4a2): statements, then a verdict for each; supported / all.",
  },
  byStatements({
    split: {
      task:
        "Take the output, an answer to the input, apart into statements. Each says one thing, can be understood by " +
        "itself, and names what it speaks of in place of pronouns. Leave out nothing that the output claims, and add " +
        "nothing to it.",
      texts: ["input", "output"],
    },
    verdict: {
      task:
        "Say of each item whether it follows from the context, or from the input where there is no context: yes if it " +
        "can be inferred directly from that text alone, no if it contradicts it or goes beyond it, however true it be.",
      texts: ["context"],
      otherwise: ["input"],
    },
    counts: { yes: 1, no: 0 },
    none: { value: null, reason: "the judge found no statements in the output" },
  }),
);
