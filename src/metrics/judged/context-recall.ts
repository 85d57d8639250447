import { createJudged } from "./judged-metric.ts";
import { byStatements } from "./statements.ts";

/** Ragas finds and classifies sentences in one call. This metric makes two, so that the verdicts can be counted. */
export const contextRecall = createJudged(
  {
    name: "context_recall",
    description: "Share of the expected answer's sentences that the context supports.",
    source:
      "Ragas' LLMContextRecall (explodinggradients/ragas, metrics/_context_recall.py at 62069c7): sentences " +
      "attributed to the context / all sentences of the reference.",
    requires: ["judge", "expected", "context"],
  },
  byStatements({
    split: {
      task: "Take the expected answer to the input apart into its sentences, each put so that it stands by itself.",
      texts: ["input", "expected"],
    },
    verdict: {
      task: "Say of each item whether it can be attributed to the context: yes if the context says so, else no.",
      texts: ["context"],
    },
    counts: { yes: 1, no: 0 },
    none: { value: null, reason: "the judge found no statements in the expected answer" },
  }),
);
