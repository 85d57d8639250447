import { containedAnswers } from "./containers.ts";
import { answerMarks } from "./marks.ts";
import { lastNumber } from "./numbers/last-number.ts";
import { type NumberReading, readNumber } from "./numbers/number.ts";
import { referenceText } from "./references.ts";
import type { ReadBy, Reading } from "./rules.ts";
import { answerStatements } from "./statements.ts";

/** One place of an output that declares an answer. */
interface Declaration {
  start: number;
  rule: ReadBy;
  content: string;
}

const LINE_MAX = 4000;
const DECORATION = " \t\r\n*_`";

/** Trims blanks and markdown; a regular expression would take quadratic time for long runs of blanks. */
function bare(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && DECORATION.includes(text.charAt(start))) start++;
  while (end > start && DECORATION.includes(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** A line that only opens a formula or a block of code: what it holds stands on the next line. */
const OPENS_BLOCK = /^(?:\\\[|\$\$|```\w*)$/;

/** The first line behind an offset that holds something. */
function lineBehind(output: string, end: number): string {
  const lines = bare(output.slice(end, end + LINE_MAX)).split("\n", 3);
  const [first = "", second = ""] = lines;
  return bare(OPENS_BLOCK.test(first.trim()) ? second : first);
}

const ABBREVIATION =
  /(?:^|[\s(])(?:\p{Lu}|St|Mr|Mrs|Ms|Dr|Prof|vs|Jr|Sr|approx|Inc|Ltd|Co|e\.g|i\.e|U\.S|U\.K)$/u;
const SENTENCE_END = /[.!?](?=\s|$)|[。！？]/gu;

/** A text up to the end of its first sentence. */
function firstSentence(line: string): string {
  for (const { index } of line.matchAll(SENTENCE_END))
    if (line.charAt(index) !== "." || !ABBREVIATION.test(line.slice(0, index))) return line.slice(0, index);
  return line;
}

const REASON = /(?:,\s*|\s+)(?:because|since|as|for the reason|due to|weil|da|porque|parce que)\s/i;
const QUOTED = /^["'“‘«](.+)["'”’»]$/u;

/** What a sentence states behind its "the answer is": without its reason, quotes and markdown. */
function stated(output: string, end: number): string {
  const [line = ""] = output
    .slice(end, end + LINE_MAX)
    .replace(/^\s+/, "")
    .split("\n", 1);
  const [claim = ""] = firstSentence(line).split(REASON, 1);
  const content = bare(claim).replace(/^[:：]\s*/, "");
  return QUOTED.exec(content)?.[1] ?? content;
}

/** The beginning of a solution, not an answer: "Answer: Let's think step by step." */
const BEGINS_A_SOLUTION =
  /^(?:let['’]?s|let us|let me|first|to (?:find|solve|answer|determine|get)|we (?:need|have|can|know|are)|okay|ok,|here['’]?s|step 1|in order to)\b/i;

const strong = (output: string): Declaration[] => [
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

const CORRECTION =
  /\b(?:wait|actually|correction|sorry|however|on second thought|let me (?:re|double)|oops|i made|mistake|but no|no,)/i;

function latest(found: readonly Declaration[]): Declaration | undefined {
  return found.reduce<Declaration | undefined>(
    (last, each) => (!last || each.start >= last.start ? each : last),
    undefined,
  );
}

/** A later statement beats a mark if it stands within what the mark declares, or takes the mark back. */
function beats(output: string, statement: Declaration, mark: Declaration, numeric: boolean): boolean {
  if (statement.start < mark.start) return false;
  const between = output.slice(mark.start, statement.start);
  return !between.trimStart().includes("\n") || numeric || CORRECTION.test(between);
}

function declared(output: string, numeric: boolean): Declaration | undefined {
  const mark = latest(strong(output));
  const statement = latest(
    answerStatements(output)
      .filter(({ plain, alternative }) => plain && !alternative)
      .map(({ end }): Declaration => ({ start: end, rule: "statement", content: stated(output, end) }))
      .filter(({ content }) => content !== "" && (!numeric || readNumber(content) !== null)),
  );
  if (!mark || !statement) return mark ?? statement;
  return beats(output, statement, mark, numeric) ? statement : mark;
}

const WORDS_BEFORE =
  /^(?!(?:sin|cos|tan|log|ln|exp|sqrt)\b)(?:\p{L}{2,}|[AI]\b)[\p{L}\s,'’:"()*_-]*[\s:=]\p{Sc}?$/u;

/** The number of a declared answer: the one it begins with, or of a sentence in words the last one. */
function declaredNumber(content: string): string | null {
  const reading = readNumber(content);
  if (reading) return reading.spelling;
  const sentence = firstSentence(content);
  const last = lastNumber(sentence);
  if (!last) return null;
  const before = sentence.slice(0, sentence.lastIndexOf(last.spelling));
  return WORDS_BEFORE.test(before) ? last.spelling : null;
}

const WITHOUT_FORMULA_MARKS = /^(?:\$\$?|\\\(|\\\[)\s*([^$]*?)\s*(?:\$\$?|\\\)|\\\])\.?$/;
const formula = (content: string): string => WITHOUT_FORMULA_MARKS.exec(content)?.[1] ?? content;

const UNIT_MAX = 30;

/** The number that a short output consists of, a unit behind it aside; it may be written in words. */
function onlyNumber(output: string): NumberReading | null {
  const reading = output.includes("\n") ? null : readNumber(output);
  return reading && reading.rest.length <= UNIT_MAX && !/\d/.test(reading.rest) ? reading : null;
}

function undeclared(output: string, numeric: boolean): Reading {
  const whole = output.trim();
  if (whole === "") return { answer: null, read_by: null, finding: "it is empty" };
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

/**
 * Reads the answer to a question of free text, by the rules of `READING_RULES`: what the output declares, else its last
 * number where the references are numbers, else the whole of it.
 */
export function readText(output: string, expected: readonly string[]): Reading {
  const numeric = isNumeric(expected);
  const found = declared(output, numeric);
  if (!found) return undeclared(output, numeric);
  const content = formula(found.content);
  const answer = numeric ? (declaredNumber(content) ?? content) : content;
  return { answer, read_by: found.rule };
}
