import { containedAnswers } from "./containers.ts";
import { lastDeclared, takesBack } from "./declaration.ts";
import { isFirstPart } from "./formulas/plain-number.ts";
import { nameOf } from "./formulas/relations.ts";
import { answerMarks } from "./marks.ts";
import { lastNumber } from "./numbers/last-number.ts";
import { type NumberReading, readNumber } from "./numbers/number.ts";
import { referenceText } from "./references.ts";
import type { ReadBy, Reading } from "./rules.ts";
import { bare, firstSentence, lineBehind, stated, verdictOf, withoutFormulaMarks } from "./stated-text.ts";
import { answerStatements } from "./statements.ts";

/** One place of an output that declares an answer. */
interface Declaration {
  start: number;
  rule: ReadBy;
  content: string;
}

/** The beginning of a solution, not an answer: "Answer: Let's think step by step." */
const BEGINS_A_SOLUTION =
  /^(?:let['’]?s|let us|let me|first|to (?:find|solve|answer|determine|get)|we (?:need|have|can|know|are)|okay|ok,|here['’]?s|step 1|in order to)\b/i;

/** The answers that marks, boxes, tags and fields declare. */
const markedAnswers = (output: string): Declaration[] => [
  ...answerMarks(output)
    .filter(
      ({ anchored, start }) => anchored || /[.!?)\]]\s*$/.test(output.slice(Math.max(0, start - 8), start)),
    )
    .map(({ end }): Declaration => ({ start: end, rule: "declared_mark", content: lineBehind(output, end) }))
    .filter(({ content }) => content !== "" && !BEGINS_A_SOLUTION.test(content)),
  ...containedAnswers(output).map(
    ({ start, rule, content }): Declaration => ({ start, rule, content: bare(content) }),
  ),
];

/** A later statement beats a mark if it stands within what the mark declares, or takes the mark back. */
function beats(output: string, statement: Declaration, mark: Declaration, numeric: boolean): boolean {
  if (statement.start < mark.start) return false;
  const between = output.slice(mark.start, statement.start);
  return !between.trimStart().includes("\n") || numeric || takesBack(between);
}

function declared(output: string, numeric: boolean): Declaration | undefined {
  const mark = lastDeclared(markedAnswers(output));
  const statement = lastDeclared(
    answerStatements(output)
      .filter(({ plain, alternative }) => plain && !alternative)
      .map(({ end }): Declaration => ({ start: end, rule: "statement", content: stated(output, end) }))
      .filter(({ content }) => content !== "" && (!numeric || readNumber(content) !== null)),
  );
  if (!mark || !statement) return mark ?? statement;
  return beats(output, statement, mark, numeric) ? statement : mark;
}

/** What may stand before the number of a sentence: words, but no digits, operators or functions, so that it is no formula. */
const WORDS_BEFORE =
  /^(?!(?:sin|cos|tan|log|ln|exp|sqrt)\b)(?:\p{L}{2,}|[AI]\b)[\p{L}\s,'’:"()*_$-]*[\s:=]\p{Sc}?$/u;

/** The number of a declared answer: the one it begins with, or of a sentence in words the last one; null for a formula. */
function declaredNumber(content: string): string | null {
  const reading = readNumber(content);
  if (reading) return isFirstPart(reading) ? null : reading.spelling;
  const sentence = firstSentence(content);
  const last = lastNumber(sentence);
  if (!last) return null;
  const before = sentence.slice(0, sentence.lastIndexOf(last.spelling));
  return WORDS_BEFORE.test(before) ? last.spelling : null;
}

const UNIT_MAX = 30;

/** The number that a short output consists of, a unit behind it aside; it may be written in words. */
function onlyNumber(output: string): NumberReading | null {
  const reading = output.includes("\n") ? null : readNumber(output);
  return reading && reading.rest.length <= UNIT_MAX && !/\d/.test(reading.rest) ? reading : null;
}

const isBlank = (text: string): boolean => text.trim() === "";

function undeclared(output: string, numeric: boolean, expected: readonly string[]): Reading {
  const whole = output.trim();
  if (whole === "" && !expected.some(isBlank)) return { answer: null, read_by: null, finding: "it is empty" };
  if (!numeric) return { answer: whole, read_by: "whole_output" };
  const number = onlyNumber(whole) ?? lastNumber(output);
  if (number) return { answer: number.spelling, read_by: "last_number" };
  const finding = /\p{N}/u.test(output)
    ? "its last number is a part of something else, such as a range"
    : "it holds no number";
  return { answer: null, read_by: null, finding };
}

/** Whether all references are numbers, so that numbers are looked for. */
const isNumeric = (expected: readonly string[]): boolean =>
  expected.length > 0 &&
  expected.every((reference) => {
    const reading = readNumber(referenceText(reference));
    return reading !== null && !/\p{L}|\d/u.test(reading.rest);
  });

/** Whether an answer names its value, such as `y = 5`, and every reference has another name for its own. */
function isNamedOtherwise(content: string, expected: readonly string[]): boolean {
  const name = nameOf(content)?.name;
  const names = expected.map((reference) => nameOf(reference)?.name);
  return name !== undefined && names.every((other) => other !== undefined && other !== name);
}

/**
 * Reads the answer to a question of free text, by the rules of `READING_RULES`: what the output declares, else its last
 * number where the references are numbers, else the whole of it.
 */
export function readText(output: string, expected: readonly string[]): Reading {
  const numeric = isNumeric(expected);
  const found = declared(output, numeric);
  if (!found) return undeclared(output, numeric, expected);
  const content = withoutFormulaMarks(found.content);
  const answer =
    numeric && !isNamedOtherwise(content, expected)
      ? (declaredNumber(content) ?? content)
      : (verdictOf(content, expected) ?? content);
  return { answer, read_by: found.rule };
}
