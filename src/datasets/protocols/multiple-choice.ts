import { choiceLetter } from "../../domain/choice-letter.ts";
import { letterOf, type Sample } from "../../domain/dataset.ts";
import type { Protocol } from "../protocol.ts";

function promptText({ input, choices = [] }: Sample): string {
  const letters = choices.map((_, index) => letterOf(index));
  return [
    "Answer the following multiple choice question. The entire content of your response should be of the following " +
      `format: 'ANSWER: $LETTER' (without quotes) where LETTER is one of ${letters.join(",")}.`,
    input,
    choices.map((choice, index) => `${letters[index]}) ${choice}`).join("\n"),
  ].join("\n\n");
}

/** Zero-shot multiple choice. The answer is a letter; a `system` prompt, if any, is the caller's. */
export const multipleChoice: Protocol = {
  name: "multiple_choice",
  description: "Zero-shot: the question, its lettered choices, and the request to answer 'ANSWER: $LETTER'.",
  source:
    "inspect_ai 0.3, solver/_multiple_choice.py: SINGLE_ANSWER_TEMPLATE, and the last ANSWER line, else the last " +
    "ANSWER anywhere; more tolerant than it of markdown, brackets and outputs that are but a letter",
  prompt: (sample) => [{ role: "user", content: promptText(sample) }],
  extract: (output, sample) => choiceLetter(output, sample.choices ?? []),
};
