import { Type } from "@sinclair/typebox";
import { referenceLetter } from "../../domain/answers/read.ts";
import type { MetricFacts, Scorable, Score } from "../metric.ts";
import { scoreMatch, scoreReferences } from "../references.ts";
import { proportion } from "../summary.ts";
import { withParameters } from "../with-parameters.ts";
import { answerNotFound, scoreAnswer } from "./equal-answer.ts";
import { ownPattern, withOwnPattern } from "./own-pattern.ts";

const facts: MetricFacts = {
  name: "accuracy",
  description:
    "Whether the final answer is right: the letter of the choice, the same number or formula, or the same words.",
  unit: "ratio",
  range: [0, 1],
  binary: true,
  better: "higher",
  requires: ["expected"],
  source:
    "Share of right answers: equal letters, equal numbers, equal formulas (as `math_equal`), or exact match after the " +
    "normalisation of the SQuAD script (Rajpurkar et al. 2016, arXiv 1606.05250), except for signs that tell two " +
    "answers apart (C and C#).",
};

const parameters = Type.Object(ownPattern, { additionalProperties: false });

/**
 * 1 where the answer that the protocol, or the metric's own pattern, read out of the output is one of the references,
 * else 0. Of a multiple-choice sample the letters are compared, in any case. Of others, numbers are compared as numbers,
 * formulas as formulas (`compareAnswers`; those that are spelled differently by algebra), anything else as normalised
 * words. An answer that was not found is wrong.
 */
export const accuracy = withParameters(facts, parameters, ({ answer_pattern }) => {
  const readByPattern = withOwnPattern(answer_pattern);
  return {
    score: (sample) => scoreReferences(sample, (references) => scoreRead(readByPattern(sample), references)),
    summarize: (values, clusters) => proportion(values, facts, clusters),
  };
});

function scoreRead(sample: Scorable, references: readonly string[]): Score | Promise<Score> {
  const { answer, choices } = sample;
  if (answer === null) return answerNotFound(sample);
  if (choices) return scoreMatch(references, isLetter(answer));
  return scoreAnswer({ answer, references, unordered: false });
}

const letterOf = (text: string): string => referenceLetter(text) ?? text.trim().toUpperCase();

function isLetter(answer: string): (reference: string) => boolean {
  const letter = letterOf(answer);
  return (reference) => letterOf(reference) === letter;
}
