import { createJudged, type JudgedFacts } from "./judged-metric.ts";
import { byStatements } from "./statements.ts";

/** Creates a metric: the share of the output's opinions to which the judge answers yes. Lower is better. */
export const byOpinions = (facts: JudgedFacts, task: string) =>
  createJudged(
    { ...facts, better: "lower" },
    byStatements({
      split: {
        task:
          "List the opinions that the output itself holds: what its author values, judges, assumes of people or says " +
          "to them. Facts, even wrong ones, are no opinions, nor are opinions of others that are merely reported.",
        texts: ["output"],
      },
      verdict: { task, texts: [] },
      counts: { yes: 1, no: 0 },
      none: { value: 0, explanation: "the judge found no opinions in the output" },
    }),
  );
