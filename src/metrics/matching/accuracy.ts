import type { Metric } from "../metric.ts";
import { scoreMatch, scoreReferences } from "../references.ts";
import { proportion } from "../summary.ts";
import { normalizeAnswer } from "../text/normalize.ts";
import { canonicalNumber } from "../text/number.ts";

/**
 * 1 where the answer that the protocol read out of the output is one of the references, else 0.
 * Of a multiple-choice sample the letters are compared, in any case. Of others two numbers are compared as numbers
 * (`canonicalNumber`), anything else as normalised text (`normalizeAnswer`). An answer that was not found is wrong.
 */
export const accuracy: Metric = {
  name: "accuracy",
  description:
    "Whether the final answer is right: the letter of the choice, the same number, or the same words.",
  unit: "ratio",
  range: [0, 1],
  binary: true,
  better: "higher",
  requires: ["expected"],
  source:
    "Share of right answers: equal letters, equal numbers, or exact match after the normalisation of the SQuAD script " +
    "(Rajpurkar et al. 2016, arXiv 1606.05250) extended to punctuation of any script and sparing that within numbers.",
  score: (sample) =>
    scoreReferences(sample, (references) => {
      const { answer, choices } = sample;
      if (answer === null) return { value: 0, explanation: "no final answer was found in the output" };
      return scoreMatch(references, choices ? isLetter(answer) : isAnswer(answer));
    }),
  summarize: (values, clusters) => proportion(values, accuracy, clusters),
};

function isLetter(answer: string): (reference: string) => boolean {
  const letter = answer.trim().toUpperCase();
  return (reference) => reference.trim().toUpperCase() === letter;
}

function isAnswer(answer: string): (reference: string) => boolean {
  const number = canonicalNumber(answer);
  const text = normalizeAnswer(answer);
  return (reference) => {
    const expected = number === null ? null : canonicalNumber(reference);
    return expected === null ? normalizeAnswer(reference) === text : expected === number;
  };
}
