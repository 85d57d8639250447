import { indexOfLetter } from "../choice-letters.ts";
import type { ChoiceDeclaration } from "./declaration.ts";
import { isChoice, letterLine, lettersOfText } from "./letters.ts";
import { lettersNamedByText } from "./named-by-text.ts";

const LINES_MAX = 400;

/** Words that take back what follows: `D. it can't be A or B` settles on D. */
const TAKES_OTHERS_BACK =
  /^(?:it\s+|this\s+|since\s+it\s+)?(?:is\s+|was\s+)?(?:not\b|cannot\b|can['’]t\b|isn['’]t\b|不是|而不是|nicht\b|non\b)/iu;

/** A capital that stands for a choice, and not for the article A: in brackets, before a stop, or behind a conjunction. */
const A_CAPITAL =
  /(?:^|[\s(])(?:(?<=\()([A-Z])\)|([A-Z])(?:[).,:;]|$)|(?:or|and|not|option|than)\s+\(?([A-Z])\b)/gu;

/** `B) the south`: a text that names no other choice, by its letter or by its own text. */
function namesNoOther(letter: string, text: string, choices: readonly string[]): boolean {
  if (TAKES_OTHERS_BACK.test(text)) return true;
  for (const [, bracketed, stopped, joined] of text.matchAll(A_CAPITAL)) {
    const other = bracketed ?? stopped ?? joined ?? "";
    if (other !== letter && isChoice(other, choices)) return false;
  }
  return lettersOfText(text, choices).every((named) => named === letter);
}

/** A line that opens or closes a block of code. */
const FENCE = /^```\w*$/;

interface NamedLine {
  letter: string;
  /** Whether nothing but the letter stands on the line. */
  alone: boolean;
}

/** What a line names: a letter alone, one with its own choice's text, or, in an output of one line, one with a remark. */
function nameOf(line: string, choices: readonly string[], whole: boolean): NamedLine | undefined {
  const { letter, text, set_apart } = letterLine(line) ?? {};
  if (letter === undefined || text === undefined) return undefined;
  if (!isChoice(letter, choices)) return undefined;
  if (text === null) return { letter, alone: true };
  const own = lettersOfText(text, choices).includes(letter);
  return own || (whole && set_apart && namesNoOther(letter, text, choices))
    ? { letter, alone: false }
    : undefined;
}

/** Whether the last line is a letter that goes on with a list: behind a line of the letter before it. */
function isCutOffList(lines: readonly string[]): boolean {
  const [before, last] = lines.slice(-2).map(letterLine);
  if (!before || !last || before.text === null || last.text !== null) return false;
  return indexOfLetter(last.letter) === indexOfLetter(before.letter) + 1;
}

/**
 * Reads the letter off the lines that are only a letter: the first and the last line of an output alone. Lines that list
 * the choices again, each with its text, settle on none, unless a letter stands alone beside them.
 */
export function readLines(output: string, choices: readonly string[]): ChoiceDeclaration | undefined {
  const lines = output
    .split("\n", LINES_MAX)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !FENCE.test(line));
  const named = lines.map((line) => nameOf(line, choices, lines.length === 1));
  if (isCutOffList(lines)) named.pop();
  const [edge] = [named[0], named.at(-1)].filter((line) => line !== undefined);
  if (!edge) return undefined;
  const found = named.filter((line) => line !== undefined);
  const alone = found.filter((line) => line.alone);
  const letters = [...new Set((alone.length > 0 ? alone : found).map(({ letter }) => letter))];
  const [letter] = letters;
  if (letters.length > 1 || letter === undefined)
    return { start: 0, rule: "single_letter", letter: null, finding: "its lines name several choices" };
  return { start: 0, rule: "single_letter", letter };
}

/** Reads the one choice whose own text an output is, or ends or begins with, or names beside its letter. */
export function readTexts(output: string, choices: readonly string[]): ChoiceDeclaration | undefined {
  const lines = output.trim().split("\n");
  for (const text of [output, lines.at(-1)!, lines[0]!]) {
    const letters = lettersOfText(text, choices);
    if (letters.length === 1) return { start: 0, rule: "choice_text", letter: letters[0]! };
  }
  const named = lettersNamedByText(output, choices);
  return named.length === 1 ? { start: 0, rule: "choice_text", letter: named[0]! } : undefined;
}
