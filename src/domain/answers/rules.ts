/**
 * The rules by which an answer is read out of an output, in their order, with what each reads. Of the rules that find a
 * declaration the one that stands last in the output decides; those behind `last_line` are tried only where nothing is declared.
 */
export const READING_RULES = {
  answer_pattern: "The first group of the caller's own pattern.",
  declared_mark: "What follows ANSWER:, a heading 'Answer', or ####, in any of the known languages.",
  answer_tag: "What stands in <answer>, [ANSWER] or [[…]].",
  boxed: "What stands in \\boxed{}.",
  json: "The field 'answer' (or one like it) of a JSON object.",
  statement: "What a sentence states: 'the answer is X', 'X is correct', 'I choose X', 'option X'.",
  single_letter: "A first or last line that is only a letter, with its bracket and its choice's text.",
  choice_text: "A choice's own text in place of its letter, or beside it in a sentence.",
  last_number:
    "The number in bold in the last line of an output that declares nothing, else its last number, where the references are numbers.",
  whole_output: "The whole output, where it declares nothing and the references are texts.",
} as const;

/** The name of a rule; `protocol` where a named reference protocol read the answer by a rule of its own. */
export type ReadBy = keyof typeof READING_RULES | "protocol";

/** What was read out of an output. */
export interface Reading {
  /** The answer; null if none could be read. */
  answer: string | null;
  /** The rule that read it; null if none did. */
  read_by: ReadBy | null;
  /** What was found in place of an answer; absent where there is an answer. */
  finding?: string;
}

/** Whether an answer was declared, and not only taken from the text of an output that declares nothing. */
export const isDeclaring = ({ answer, read_by }: Reading): boolean =>
  answer !== null && read_by !== "last_number" && read_by !== "whole_output";
