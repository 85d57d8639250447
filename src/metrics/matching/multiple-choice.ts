import { Type } from "@sinclair/typebox";
import { createPatternReader } from "../../domain/answers/answer-pattern.ts";
import { listedChoices, readAnswer, referenceLetter } from "../../domain/answers/read.ts";
import { indexOfLetter } from "../../domain/choice-letters.ts";
import { CHOICES_MAX } from "../../domain/dataset.ts";
import type { MetricFacts } from "../metric.ts";
import { scoreMatch, scoreReferences } from "../references.ts";
import { proportion } from "../summary.ts";
import { withParameters } from "../with-parameters.ts";
import { ownPattern } from "./own-pattern.ts";

const facts: MetricFacts = {
  name: "multiple_choice",
  description: "Whether the output's final letter is that of the right choice, under every protocol.",
  unit: "ratio",
  range: [0, 1],
  binary: true,
  better: "higher",
  requires: ["expected"],
  source: "This project: the order of rules by which answers are read (docs/concepts/answers.md).",
};

const parameters = Type.Object(
  {
    choices: Type.Integer({
      minimum: 2,
      maximum: CHOICES_MAX,
      default: 4,
      description: "The number of letters, if neither the sample nor its question lists the choices.",
    }),
    ...ownPattern,
  },
  { additionalProperties: false },
);

/**
 * 1 if the output settles on a reference's letter; 0 for another letter, for several, or for none. Null if no reference is
 * a letter. The choices are the sample's, else those that the question's own text lists, else `choices` many.
 */
export const multipleChoice = withParameters(facts, parameters, ({ choices: count, answer_pattern }) => {
  const read =
    answer_pattern === undefined ? readAnswer : createPatternReader(answer_pattern, "answer_pattern");
  return {
    score: (sample) =>
      scoreReferences(sample, (references) => {
        const choices =
          sample.choices ?? listedChoices(sample.input) ?? Array.from({ length: count }, () => "");
        const known = references.flatMap((reference) => referenceLetter(reference) ?? []);
        const letters = known.filter((letter) => indexOfLetter(letter) < choices.length);
        if (letters.length === 0)
          return { value: null, reason: "the expected answer is not the letter of a choice" };
        const { answer, finding } = read(sample.output, { choices });
        if (answer === null)
          return { value: 0, explanation: finding ?? NO_LETTER, note: finding ?? NO_LETTER };
        return scoreMatch(letters, (reference) => reference === answer);
      }),
    summarize: (values, clusters) => proportion(values, facts, clusters),
  };
});

const NO_LETTER = "it declares no choice";
