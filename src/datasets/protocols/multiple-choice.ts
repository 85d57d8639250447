import { choiceLetter } from "../../domain/answers/choice-letter.ts";
import { letterOf, type Sample } from "../../domain/dataset.ts";
import { type Protocol, userPrompt } from "./protocol.ts";

/** `A,B,C`, as inspect_ai lists the letters of a sample's choices. */
export const lettersOf = ({ choices = [] }: Sample): string =>
  choices.map((_, index) => letterOf(index)).join(",");

/** `A) …`, a line for each choice. */
export const choiceLines = ({ choices = [] }: Sample): string =>
  choices.map((choice, index) => `${letterOf(index)}) ${choice}`).join("\n");

const promptText = (sample: Sample): string =>
  [
    "Answer the following multiple choice question. The entire content of your response should be of the following " +
      `format: 'ANSWER: $LETTER' (without quotes) where LETTER is one of ${lettersOf(sample)}.`,
    sample.input,
    choiceLines(sample),
  ].join("\n\n");

/** Zero-shot multiple choice. The answer is a letter; a `system` prompt, if any, is the caller's. */
export const multipleChoice: Protocol = {
  name: "multiple_choice",
  description: "Zero-shot: the question, its lettered choices, and the request to answer 'ANSWER: $LETTER'.",
  source:
    "inspect_ai 0.3, solver/_multiple_choice.py: SINGLE_ANSWER_TEMPLATE, and the last ANSWER line, else the last " +
    "ANSWER anywhere; more tolerant than it of markdown, brackets and outputs that are but a letter",
  needs: { choices: true },
  prompt: userPrompt(promptText),
  extract: (output, sample) => choiceLetter(output, sample.choices ?? []),
};

/** The same under the name that canonical sets have for it. */
export const zeroShot: Protocol = { ...multipleChoice, name: "zero_shot" };
