import { letterOf } from "../choice-letters.ts";
import { readChoice } from "./choice.ts";
import type { Reading } from "./rules.ts";
import { readText } from "./text-answer.ts";
import { answerPart } from "./thinking.ts";

/** What an answer is read for: the question's choices, or its references. */
export interface AnswerQuestion {
  /** The choices, lettered from A; absent for a question of free text. */
  choices?: readonly string[] | undefined;
  /** Accepted references. */
  expected?: readonly string[] | undefined;
}

const UNFINISHED = "its thoughts do not end";
/** Declarations are looked for in so many characters before an output's end: an output may be made to be slow to search. */
const SEARCHED_MAX = 50_000;

/**
 * Reads the answer out of an output by the published order of rules (`READING_RULES`): the letter of a choice where the
 * question has choices, else a text. What stands before the end of the model's thoughts is not read.
 */
export function readAnswer(output: string, { choices, expected = [] }: AnswerQuestion): Reading {
  const { text, unfinished } = answerPart(output);
  if (unfinished) return { answer: null, read_by: null, finding: UNFINISHED };
  const searched = text.slice(-SEARCHED_MAX);
  return choices ? readChoice(searched, choices) : readText(searched, expected);
}

const LISTED = /^[ \t>*_-]*\(?([A-Za-z])[).:、．]\)?[*_]*[ \t]+(\S.*)$/gmu;
const INLINE = /(?<=^|\s)\(([A-Z])\)\s*(\S[^()\n]*)/gu;

/** The choices of a list whose letters run from A without a gap; undefined if there are fewer than two. */
function listed(text: string, pattern: RegExp): string[] | undefined {
  const choices: string[] = [];
  for (const [, letter = "", choice = ""] of text.matchAll(pattern)) {
    if (letter.toUpperCase() === "A") choices.length = 0;
    if (letter.toUpperCase() === letterOf(choices.length)) choices.push(choice.trim());
  }
  return choices.length >= 2 ? choices : undefined;
}

/** The lettered choices that a question's own text lists, a line each or in brackets; undefined if it lists none. */
export const listedChoices = (input: string): string[] | undefined =>
  listed(input, LISTED) ?? listed(input, INLINE);

const LETTER = /^\s*[([]?([A-Za-z])[)\].]?\s*$/;

/** The letter that a reference names, such as `B`, `(B)` or `B.`; undefined if it is anything else. */
export const referenceLetter = (reference: string): string | undefined =>
  LETTER.exec(reference)?.[1]?.toUpperCase();
