import { readAnswer } from "../../domain/answers/read.ts";
import type { Sample } from "../../domain/dataset.ts";
import { choicePrompt } from "./multiple-choice.ts";
import { type Protocol, userPrompt } from "./protocol.ts";

/** Returns the question with its context before it, a paragraph for each passage. */
const questionOf = ({ context = [], input }: Sample): string => [...context, input].join("\n\n");

const read: Protocol["read"] = (output, { choices, expected }) => readAnswer(output, { choices, expected });

const READING = "The answer may have any form: it is read by all rules of docs/concepts/answers.md.";

/** Multiple choice with inspect_ai's prompt and a reading of our own. */
export const multipleChoice: Protocol = {
  name: "multiple_choice",
  description: `The context, the question, its lettered choices, and the instruction to answer 'ANSWER: $LETTER'. ${READING}`,
  source:
    "the prompt of inspect_ai 0.3.285, solver/_multiple_choice.py: SINGLE_ANSWER_TEMPLATE; the reading is this project's",
  needs: { choices: true },
  shows_context: true,
  prompt: userPrompt((sample) => choicePrompt(questionOf(sample), sample)),
  read,
};

/** Free text: the input as it is. No instruction is added, and the model's own `system` prompt applies. */
export const questionAnswer: Protocol = {
  name: "question_answer",
  description: `The context and the input as they are. ${READING}`,
  source: "this project",
  needs: { choices: false },
  shows_context: true,
  prompt: userPrompt(questionOf),
  read,
};

/** The default of uploads: each sample in the form that it has. */
export const auto: Protocol = {
  name: "auto",
  description:
    "The context and the question; with choices, their letters and the instruction to answer 'ANSWER: $LETTER'. " +
    READING,
  source: `${multipleChoice.source}`,
  needs: { choices: null },
  shows_context: true,
  prompt: (sample) => (sample.choices ? multipleChoice : questionAnswer).prompt(sample),
  read,
};
