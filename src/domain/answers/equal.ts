import { isMathematical, normalizeLatex, withoutTypeCommands } from "./latex.ts";
import { isSameNumber, type NumberReading, readNumber } from "./numbers/number.ts";
import { referenceText } from "./references.ts";
import { normalizeWords } from "./words.ts";

/** How two answers were found equal or not; `undecided` where only algebra can tell. */
export type Equality = "equal" | "different" | "undecided";

const hasUnit = ({ rest }: NumberReading): boolean => /[\p{L}°'"]/u.test(rest);

/** Two numbers; a unit behind the answer's is read over, unless the reference names one and the answer another. */
function compareNumbers(answer: NumberReading, reference: NumberReading): boolean {
  if (!isSameNumber(answer, reference)) return false;
  if (!hasUnit(reference) || answer.rest.trim() === "") return true;
  return normalizeWords(answer.rest) === normalizeWords(reference.rest);
}

const COLLECTION = /^(\\\{|[([{])([\s\S]*?)(\\\}|[)\]}])$/;

interface Collection {
  /** The brackets, which tell a half-open interval from an open one, and a set from a pair. */
  brackets: string;
  parts: string[];
}

/** The parts of a tuple, an interval or a set; null for anything else. */
function collectionOf(text: string): Collection | null {
  const bare = text
    .replace(/\\(?:left|right)(?![A-Za-z])/g, "")
    .replace(/^\$+|\$+$/g, "")
    .trim();
  const [, open = "", inner = "", close = ""] = COLLECTION.exec(bare) ?? [];
  const parts = splitOutside(inner);
  return parts.length > 1 ? { brackets: `${open}${close}`.replaceAll("\\", ""), parts } : null;
}

/** Splits at the commas and semicolons that stand in no bracket. */
function splitOutside(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at);
    if ("([{".includes(sign)) depth++;
    else if (")]}".includes(sign)) depth--;
    else if ((sign === "," || sign === ";") && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.map((part) => part.trim());
}

function compareCollections(answer: Collection, reference: Collection): Equality {
  if (answer.brackets !== reference.brackets || answer.parts.length !== reference.parts.length)
    return "different";
  const parts = answer.parts.map((part, index) => compareAnswers(part, reference.parts[index] ?? ""));
  if (parts.includes("different")) return "different";
  return parts.includes("undecided") ? "undecided" : "equal";
}

/** Longer texts are neither numbers nor formulas. */
const SHORT_MAX = 2000;

const areSameWords = (answer: string, reference: string): boolean =>
  normalizeWords(withoutTypeCommands(answer)) === normalizeWords(withoutTypeCommands(reference));

/**
 * Compares an answer with a reference: as numbers where both are, as LaTeX where either is a formula, else as words.
 * Formulas that are spelled differently are `undecided`: they may still be the same by algebra.
 */
export function compareAnswers(answer: string, reference: string): Equality {
  const expected = referenceText(reference);
  if (answer.trim() === expected.trim()) return "equal";
  if (answer.length > SHORT_MAX || expected.length > SHORT_MAX)
    return normalizeWords(answer) === normalizeWords(expected) ? "equal" : "different";
  const [number, wanted] = [readNumber(answer), readNumber(expected)];
  if (number && wanted) return compareNumbers(number, wanted) ? "equal" : "different";
  const [left, right] = [isMathematical(answer), isMathematical(expected)];
  if (!left && !right) return areSameWords(answer, expected) ? "equal" : "different";
  if (normalizeLatex(answer) === normalizeLatex(expected)) return "equal";
  const [parts, wantedParts] = [collectionOf(answer), collectionOf(expected)];
  if (parts || wantedParts)
    return parts && wantedParts ? compareCollections(parts, wantedParts) : "different";
  const both = (left || number !== null) && (right || wanted !== null);
  return both ? "undecided" : "different";
}
