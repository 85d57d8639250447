import { createJudged, type JudgedFacts } from "./judged-metric.ts";
import { byStatements } from "./statements.ts";

/** Takes the opinions of the output and counts those that are found to be so; the lower the better. */
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
