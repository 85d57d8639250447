import { Type } from "@sinclair/typebox";
import { choiceLetter } from "../../domain/answers/choice-letter.ts";
import { CHOICES_MAX, indexOfLetter } from "../../domain/dataset.ts";
import type { MetricFacts } from "../metric.ts";
import { scoreMatch, scoreReferences } from "../references.ts";
import { proportion } from "../summary.ts";
import { withParameters } from "../with-parameters.ts";

const facts: MetricFacts = {
  name: "multiple_choice",
  description: "Whether the letter that the output settles on is the right choice's, whatever the protocol.",
  unit: "ratio",
  range: [0, 1],
  binary: true,
  better: "higher",
  requires: ["expected"],
  source:
    "Letter behind the last line-leading ANSWER:, else behind the last one anywhere, as inspect_ai's multiple_choice " +
    "(UK AI Security Institute); beyond it an output that is but a letter.",
};

const parameters = Type.Object(
  {
    choices: Type.Integer({
      minimum: 2,
      maximum: CHOICES_MAX,
      default: 4,
      description: "How many letters there are where the sample does not list its choices.",
    }),
  },
  { additionalProperties: false },
);

/** 1 where the letter is a reference's, 0 for another, for two, or for none; null where no reference is a letter. */
export const multipleChoice = withParameters(facts, parameters, (params) => ({
  score: (sample) =>
    scoreReferences(sample, (references) => {
      const choices = sample.choices ?? Array.from({ length: params.choices }, () => "");
      const letters = references.map((reference) => reference.trim().toUpperCase());
      const known = letters.filter(
        (letter) => /^[A-Z]$/.test(letter) && indexOfLetter(letter) < choices.length,
      );
      if (known.length === 0)
        return { value: null, reason: "the expected answer is not the letter of a choice" };
      const letter = choiceLetter(sample.output, choices);
      if (letter === null) return { value: 0, explanation: NO_LETTER, note: NO_LETTER };
      return scoreMatch(known, (reference) => reference === letter);
    }),
  summarize: (values, clusters) => proportion(values, facts, clusters),
}));

const NO_LETTER = "the output settles on no one choice";
