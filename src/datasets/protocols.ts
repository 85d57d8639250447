import type { Dataset, Sample } from "../domain/dataset.ts";
import type { Protocol } from "./protocol.ts";
import { multipleChoice } from "./protocols/multiple-choice.ts";
import { questionAnswer } from "./protocols/question-answer.ts";

export const PROTOCOLS = {
  multiple_choice: multipleChoice,
  question_answer: questionAnswer,
} satisfies Record<string, Protocol>;

/** The protocol of a sample: by whether it has choices. */
export const protocolFor = ({ choices }: Pick<Sample, "choices">): Protocol =>
  choices === undefined ? PROTOCOLS.question_answer : PROTOCOLS.multiple_choice;

/** The names of the protocols that a dataset's samples come under. */
export const protocolsOf = ({ samples, fields }: Pick<Dataset, "samples" | "fields">): string[] => [
  ...(fields.choices > 0 ? [PROTOCOLS.multiple_choice.name] : []),
  ...(fields.choices < samples ? [PROTOCOLS.question_answer.name] : []),
];
