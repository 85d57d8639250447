import {
  type AlgebraQuestion,
  compareForms,
  type Equality,
  type FormComparison,
} from "./formulas/compare-forms.ts";
import { isFormula, isSymbol, isValue } from "./formulas/kinds.ts";
import { compareNumbers, plainNumber } from "./formulas/plain-number.ts";
import { readForm } from "./formulas/read-form.ts";
import { nameOf } from "./formulas/relations.ts";
import { isSameUnit, withoutUnit } from "./formulas/units.ts";
import { cleanLatex, normalizeLatex, WORDS_ONLY, withoutMarks, withoutTypeCommands } from "./latex.ts";
import { referenceText } from "./references.ts";
import { normalizeWords } from "./words.ts";

export type { AlgebraQuestion, Equality } from "./formulas/compare-forms.ts";

export interface ComparisonOptions {
  /** Answers what only algebra can tell; everything is `undecided` without it. */
  algebra?: (question: AlgebraQuestion) => Equality;
  /** Whether lists in no brackets, such as `-4, 4`, are compared in any order. */
  unordered?: boolean;
}

/** Longer texts are neither numbers nor formulas. */
const SHORT_MAX = 2000;

const areSameWords = (answer: string, reference: string): boolean =>
  normalizeWords(withoutTypeCommands(answer)) === normalizeWords(withoutTypeCommands(reference));

const isInfinite = (text: string): boolean => /^-?\\infty$/.test(cleanLatex(text));
/** Two formulas of which none is an equation, a set or the like; the second is the reference's. */
function compareValues(answer: string, reference: string, ask: FormComparison["ask"]): Equality {
  const [number, wanted] = [plainNumber(answer), plainNumber(reference)];
  if (number && wanted) return compareNumbers(number, wanted) ? "equal" : "different";
  if (!isFormula(answer) && !isFormula(reference) && areSameWords(answer, reference)) return "equal";
  if (normalizeLatex(answer) === normalizeLatex(reference)) return "equal";
  if (!isValue(answer) || !isValue(reference)) return "different";
  if (isSymbol(answer) && isSymbol(reference)) return "different";
  if (isInfinite(answer) || isInfinite(reference)) return "different";
  const [left, right] = [withoutUnit(answer), withoutUnit(reference)];
  if (right.unit !== "" && left.unit !== "" && !isSameUnit(left.unit, right.unit)) return "different";
  if (normalizeLatex(left.text) === normalizeLatex(right.text)) return "equal";
  return ask({ left: left.text, right: right.text, relation: "same" });
}

/** Two answers that name their values differently, such as `x = 5` and `y = 5`, are no numbers to be compared. */
const haveOtherNames = (answer: string, reference: string): boolean => {
  if (!answer.includes("=") || !reference.includes("=")) return false;
  const [left, right] = [nameOf(cleanLatex(answer)), nameOf(cleanLatex(reference))];
  return left !== null && right !== null && left.name !== right.name;
};

function compareFormulas(answer: string, reference: string, options: ComparisonOptions): Equality {
  const { algebra: ask = () => "undecided" as const, unordered = false } = options;
  const value = (left: string, right: string) => compareValues(left, right, ask);
  return compareForms(readForm(cleanLatex(answer)), readForm(cleanLatex(reference)), {
    value,
    ask,
    unordered,
  });
}

/** Two answers without marks, neither a long text. */
function compareShort(answer: string, expected: string, options: ComparisonOptions): Equality {
  if (haveOtherNames(answer, expected)) return compareFormulas(answer, expected, options);
  const [number, wanted] = [plainNumber(answer), plainNumber(expected)];
  if (number && wanted) return compareNumbers(number, wanted) ? "equal" : "different";
  if (WORDS_ONLY.test(answer) && WORDS_ONLY.test(expected) && areSameWords(answer, expected)) return "equal";
  const [left, right] = [isFormula(answer), isFormula(expected)];
  if (!left && !right) return areSameWords(answer, expected) ? "equal" : "different";
  if (normalizeLatex(answer) === normalizeLatex(expected)) return "equal";
  const both =
    (left || number !== null || isSymbol(answer)) && (right || wanted !== null || isSymbol(expected));
  return both ? compareFormulas(answer, expected, options) : "different";
}

/**
 * Compares an answer with a reference: as numbers where both are, as formulas part by part where either is one, else as
 * words. Formulas that are spelled differently are `undecided` without `algebra`: they may still be the same.
 */
export function compareAnswers(answer: string, reference: string, options: ComparisonOptions = {}): Equality {
  const expected = withoutMarks(referenceText(reference));
  const given = withoutMarks(answer);
  if (given === expected) return "equal";
  if (given.length > SHORT_MAX || expected.length > SHORT_MAX)
    return normalizeWords(given) === normalizeWords(expected) ? "equal" : "different";
  return compareShort(given, expected, options);
}
