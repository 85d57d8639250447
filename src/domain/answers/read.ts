import { indexOfLetter, letterOf } from "../choice-letters.ts";
import { readChoice } from "./choice.ts";
import { beforeNextQuestion } from "./next-question.ts";
import { isDeclaring, type Reading } from "./rules.ts";
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

/** Characters without width that copied texts and models leave beside words. Joiners stay: they belong to words. */
const INVISIBLE = /[\u200B\u2060\uFEFF]/gu;

/**
 * Reads the answer out of an output by the published order of rules (`READING_RULES`): the letter of a choice where the
 * question has choices, else a text. What stands before the end of the model's thoughts is not read, nor what it declares for
 * questions of its own making, if it has answered before them.
 */
export function readAnswer(output: string, { choices, expected = [] }: AnswerQuestion): Reading {
  const { text: visible, unfinished } = answerPart(output);
  if (unfinished) return { answer: null, read_by: null, finding: UNFINISHED };
  const text = visible.replace(INVISIBLE, "");
  const read = (part: string): Reading =>
    choices ? readChoice(part.slice(-SEARCHED_MAX), choices) : readText(part.slice(-SEARCHED_MAX), expected);
  const own = beforeNextQuestion(text);
  const reading = own === null ? null : read(own);
  return reading && isDeclaring(reading) ? reading : read(text);
}

/** A line of a list: a letter with a bracket, dot or colon, and the choice. */
const LISTED = /^[ \t>*_-]*\(?([A-Za-z])[).:、．]\)?[*_]*[ \t]+(\S.*)$/gmu;
/** A choice behind a letter in brackets, several on one line. */
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

/** A reference that is only a letter, with brackets or a full stop. */
const LETTER = /^\s*[([]?([A-Za-z])[)\].]?\s*$/;

/** The letter that a reference names, such as `B`, `(B)` or `B.`; undefined if it is anything else. */
export const referenceLetter = (reference: string): string | undefined =>
  LETTER.exec(reference)?.[1]?.toUpperCase();

/** Returns the choices that a question's own text lists, if every reference is the letter of one; else undefined. */
export function choicesAskedBy(input: string, expected: readonly string[] = []): string[] | undefined {
  if (expected.length === 0) return undefined;
  const letters = expected.map(referenceLetter);
  const choices = letters.includes(undefined) ? undefined : listedChoices(input);
  return choices && letters.every((letter) => indexOfLetter(letter ?? "") < choices.length)
    ? choices
    : undefined;
}
