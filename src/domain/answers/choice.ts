import { letterOf } from "../choice-letters.ts";
import { readLines, readTexts } from "./choice-lines.ts";
import { containedAnswers } from "./containers.ts";
import { type ChoiceDeclaration, lastDeclared, SEVERAL, takesBack } from "./declaration.ts";
import { bareText, declaredLetter, isChoice, lettersOfText } from "./letters.ts";
import { choiceMarks } from "./marks.ts";
import type { ReadBy, Reading } from "./rules.ts";
import { choiceStatements, praisedLetters } from "./statements.ts";

const lettersShown = (choices: readonly string[]): string =>
  choices.length > 1 ? `A to ${letterOf(choices.length - 1)}` : "A";

const noChoice = (letter: string, choices: readonly string[]): string =>
  `it names ${letter}, which is none of the choices ${lettersShown(choices)}`;

/** A declaration that refuses all choices: "none of the above", 无正确答案. */
const NONE_OF_THEM =
  /^[\s*_("'[]{0,8}(?:none\b|neither\b|no (?:correct|valid|right)\b|not (?:given|listed|among|provided|available)\b|cannot\b|can['’]t\b|unable\b|insufficient\b|keine[rs]?\b|aucune?\b|ninguna\b|nenhuma\b|ни один|无|無|没有|沒有|都不|均不|题目|選択肢なし)/iu;

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
  if (declared === undefined) {
    if (texts.length === 1) return { letter: texts[0]!, by_text: true };
    return NONE_OF_THEM.test(line)
      ? { letter: null, finding: "it says that none of the choices is right" }
      : undefined;
  }
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
): ChoiceDeclaration[] => {
  const read = readContent(content, choices);
  if (!read) return [];
  const { letter, by_text = false, finding } = read;
  return [{ start, rule: by_text ? "choice_text" : rule, letter, ...(finding ? { finding } : {}) }];
};

/** What follows an offset, blank lines aside: the answer may stand on the line after its mark. */
const WINDOW = 400;
const behind = (output: string, end: number): string => output.slice(end, end + WINDOW);

function fromStatements(output: string, choices: readonly string[]): ChoiceDeclaration[] {
  return choiceStatements(output).flatMap(({ end, plain, alternative, bare }): ChoiceDeclaration[] => {
    if (alternative) return [{ start: end, rule: "statement", letter: null, finding: SEVERAL }];
    if (!plain) return [];
    const content = behind(output, end);
    if (bare && declaredLetter(content) === undefined) return [];
    return declarationOf(end, "statement", content, choices);
  });
}

/** Letters that are called right; several that are, and none of them "the right one", name several choices. */
function fromPraise(output: string, choices: readonly string[]): ChoiceDeclaration[] {
  const praised = praisedLetters(output).filter(({ letter, plain }) => plain && isChoice(letter, choices));
  return praised.map(({ letter, start, definite }): ChoiceDeclaration => {
    const rival = praised.find((other) => other.letter !== letter && other.start < start);
    const several = !definite && rival !== undefined && !takesBack(output.slice(rival.start, start));
    return {
      start,
      rule: "statement",
      letter: several ? null : letter,
      ...(several ? { finding: SEVERAL } : {}),
    };
  });
}

/** Every place of an output that declares a choice in so many words. */
const declarations = (output: string, choices: readonly string[]): ChoiceDeclaration[] => [
  ...choiceMarks(output).flatMap(({ end }) =>
    declarationOf(end, "declared_mark", behind(output, end), choices),
  ),
  ...containedAnswers(output).flatMap(({ start, rule, content }) =>
    declarationOf(start, rule, content, choices),
  ),
  ...fromStatements(output, choices),
  ...fromPraise(output, choices),
];

const ROW = 3;
/** Declarations in a row stand at most so many characters apart. */
const ROW_GAP = 90;

/** Whether the last declarations are a list of answers ("The answer is (A). The answer is (F). …") and none of them the last word. */
function isList(output: string, declared: readonly ChoiceDeclaration[]): boolean {
  const row = declared.toSorted((left, right) => left.start - right.start).slice(-ROW);
  const letters = new Set(row.map(({ letter }) => letter));
  if (row.length < ROW || letters.size < ROW || letters.has(null)) return false;
  const [first] = row;
  const between = output.slice(first!.start, row.at(-1)!.start);
  return between.length <= ROW_GAP * (ROW - 1) && !takesBack(between);
}

function settled(output: string, choices: readonly string[]): ChoiceDeclaration | undefined {
  const declared = declarations(output, choices);
  const last = lastDeclared(declared);
  return last && isList(output, declared) ? { ...last, letter: null, finding: SEVERAL } : last;
}

const NOTHING = "it declares no choice";

/**
 * Reads the letter of the choice that an output settles on, by the rules of `READING_RULES`. A later declaration beats an
 * earlier one. An output that names several choices, one that is not there, or none settles on nothing: no guessing.
 */
export function readChoice(output: string, choices: readonly string[]): Reading {
  const found = settled(output, choices) ?? readLines(output, choices) ?? readTexts(output, choices);
  if (!found)
    return { answer: null, read_by: null, finding: bareText(output) === "" ? "it is empty" : NOTHING };
  if (found.letter === null) return { answer: null, read_by: null, finding: found.finding ?? NOTHING };
  return { answer: found.letter, read_by: found.rule };
}
