import { letterOf } from "../choice-letters.ts";
import { containedAnswers } from "./containers.ts";
import { bareText, declaredLetter, isChoice, letterLine, lettersOfText } from "./letters.ts";
import { choiceMarks } from "./marks.ts";
import type { ReadBy, Reading } from "./rules.ts";
import { choiceStatements, praisedLetters } from "./statements.ts";

/** One place of an output that declares a choice. */
interface Declaration {
  start: number;
  rule: ReadBy;
  /** The letter; null if the place names several, or none of the choices. */
  letter: string | null;
  finding?: string;
}

const lettersShown = (choices: readonly string[]): string =>
  choices.length > 1 ? `A to ${letterOf(choices.length - 1)}` : "A";

const SEVERAL = "it names several choices";
const noChoice = (letter: string, choices: readonly string[]): string =>
  `it names ${letter}, which is none of the choices ${lettersShown(choices)}`;

/** What a declared content says: a letter, a choice's own text, several, or nothing (undefined). */
function readContent(
  content: string,
  choices: readonly string[],
): { letter: string | null; by_text?: boolean; finding?: string } | undefined {
  const [line = ""] = content.trimStart().split("\n", 1);
  const declared = declaredLetter(content);
  const texts = lettersOfText(line, choices);
  if (declared === "several")
    return texts.length === 1 ? { letter: texts[0]!, by_text: true } : { letter: null, finding: SEVERAL };
  if (declared === undefined) return texts.length === 1 ? { letter: texts[0]!, by_text: true } : undefined;
  const { letter, text } = declared;
  if (!isChoice(letter, choices)) {
    if (texts.length === 1) return { letter: texts[0]!, by_text: true };
    return { letter: null, finding: noChoice(letter, choices) };
  }
  // "B) Rome" where Rome is choice A says two things.
  const named = lettersOfText(text, choices);
  if (named.length > 0 && !named.includes(letter)) return { letter: null, finding: SEVERAL };
  return { letter };
}

/** Returns the letter of the one choice that a text names, by letter or by the choice's own text; null otherwise. */
export const declaredChoice = (content: string, choices: readonly string[]): string | null =>
  readContent(content, choices)?.letter ?? null;

const declarationOf = (
  start: number,
  rule: ReadBy,
  content: string,
  choices: readonly string[],
): Declaration[] => {
  const read = readContent(content, choices);
  if (!read) return [];
  const { letter, by_text = false, finding } = read;
  return [{ start, rule: by_text ? "choice_text" : rule, letter, ...(finding ? { finding } : {}) }];
};

/** What follows an offset, blank lines aside: the answer may stand on the line after its mark. */
const WINDOW = 400;
const behind = (output: string, end: number): string => output.slice(end, end + WINDOW);

function fromStatements(output: string, choices: readonly string[]): Declaration[] {
  return choiceStatements(output).flatMap(({ end, plain, alternative, bare }): Declaration[] => {
    if (alternative) return [{ start: end, rule: "statement", letter: null, finding: SEVERAL }];
    if (!plain) return [];
    const content = behind(output, end);
    if (bare && declaredLetter(content) === undefined) return [];
    return declarationOf(end, "statement", content, choices);
  });
}

/** Every place of an output that declares a choice in so many words. */
const declarations = (output: string, choices: readonly string[]): Declaration[] => [
  ...choiceMarks(output).flatMap(({ end }) =>
    declarationOf(end, "declared_mark", behind(output, end), choices),
  ),
  ...containedAnswers(output).flatMap(({ start, rule, content }) =>
    declarationOf(start, rule, content, choices),
  ),
  ...fromStatements(output, choices),
  ...praisedLetters(output)
    .filter(({ letter, plain }) => plain && isChoice(letter, choices))
    .map(({ letter, start }): Declaration => ({ start, rule: "statement", letter })),
];

const last = (found: readonly Declaration[]): Declaration | undefined =>
  found.reduce<Declaration | undefined>(
    (latest, each) => (!latest || each.start >= latest.start ? each : latest),
    undefined,
  );

const LINES_MAX = 400;

/** The letter of the lines that are only a letter, the first and the last line of an output alone; undefined if none is. */
function readLines(output: string, choices: readonly string[]): Declaration | undefined {
  const lines = output
    .split("\n", LINES_MAX)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const whole = lines.length === 1;
  const isOwn = (letter: string, text: string): boolean => lettersOfText(text, choices).includes(letter);
  const letters = lines.map((line) => {
    const found = letterLine(line);
    if (!found || !isChoice(found.letter, choices)) return undefined;
    const { letter, text, set_apart } = found;
    if (text === null || isOwn(letter, text)) return letter;
    return whole && set_apart && namesNoOther(letter, text, choices) ? letter : undefined;
  });
  // Lines that list the choices again settle on none.
  const named = new Set(letters.filter((letter) => letter !== undefined));
  const [letter] = [...new Set([letters[0], letters.at(-1)])].filter((each) => each !== undefined);
  if (letter === undefined) return undefined;
  if (named.size > 1)
    return { start: 0, rule: "single_letter", letter: null, finding: "its lines name several choices" };
  return { start: 0, rule: "single_letter", letter };
}

/** `B) the south`: a text that names no other choice, by its letter or by its own text. */
function namesNoOther(letter: string, text: string, choices: readonly string[]): boolean {
  const others = choices.map((_, index) => letterOf(index)).filter((other) => other !== letter);
  if (new RegExp(String.raw`\b[${others.join("")}]\b`).test(text)) return false;
  return lettersOfText(text, choices).every((named) => named === letter);
}

function readTexts(output: string, choices: readonly string[]): Declaration | undefined {
  const lines = output.trim().split("\n");
  for (const text of [output, lines.at(-1)!, lines[0]!]) {
    const letters = lettersOfText(text, choices);
    if (letters.length === 1) return { start: 0, rule: "choice_text", letter: letters[0]! };
  }
  return undefined;
}

const NOTHING = "it declares no choice";

/**
 * Reads the letter of the choice that an output settles on, by the rules of `READING_RULES`. A later declaration beats an
 * earlier one. An output that names several choices, one that is not there, or none settles on nothing: no guessing.
 */
export function readChoice(output: string, choices: readonly string[]): Reading {
  const found =
    last(declarations(output, choices)) ?? readLines(output, choices) ?? readTexts(output, choices);
  if (!found)
    return { answer: null, read_by: null, finding: bareText(output) === "" ? "it is empty" : NOTHING };
  if (found.letter === null) return { answer: null, read_by: null, finding: found.finding ?? NOTHING };
  return { answer: found.letter, read_by: found.rule };
}
