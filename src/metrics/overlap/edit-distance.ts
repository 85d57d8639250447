import { distance } from "fastest-levenshtein";
import { codePointsOf } from "../text/code-points.ts";
import { between, sharedEnds } from "../text/shared-ends.ts";
import { type TableBudget, takeCells } from "../text/table-budget.ts";

/** The cost of reading a character, in cells; the second is for texts with surrogate pairs. */
const [READING, READING_PAIRS] = [3, 30];

/**
 * Returns the Levenshtein distance of two texts in code points (Levenshtein 1966; bit-parallel, Myers 1999), and
 * the length of the longer one. The distance is null if the table, without the ends that the texts share, exceeds
 * the budget.
 */
export function editDistance(
  one: string,
  other: string,
  budget: TableBudget,
): { edits: number | null; longer: number } {
  const texts = [codePointsOf(one), codePointsOf(other)] as const;
  const ends = sharedEnds(...texts);
  const [left, right] = [between(texts[0], ends), between(texts[1], ends)];
  const longer = Math.max(texts[0].length, texts[1].length);
  const has_pairs = texts[0].length < one.length || texts[1].length < other.length;
  const reading = (left.length + right.length) * (has_pairs ? READING_PAIRS : READING);
  if (!takeCells(budget, left.length * right.length + reading)) return { edits: null, longer };
  const units = has_pairs
    ? toSingleUnits(left, right)
    : ([withoutEnds(one, ends), withoutEnds(other, ends)] as const);
  return { edits: distance(...units), longer };
}

const withoutEnds = (text: string, { head, tail }: ReturnType<typeof sharedEnds>): string =>
  text.slice(head, text.length - tail);

/** Stand for all characters that only one text has: they match nothing. */
const [ONLY_LEFT, ONLY_RIGHT, FIRST_SHARED] = [0, 1, 2];

/** Rewrites the texts with one UTF-16 unit for each code point, because the library compares units. */
function toSingleUnits(left: Uint32Array, right: Uint32Array): [string, string] {
  const in_right = new Set(right);
  const units = new Map<number, number>();
  for (const point of left)
    if (in_right.has(point) && !units.has(point)) units.set(point, units.size + FIRST_SHARED);
  const written = (points: Uint32Array, otherwise: number) =>
    Array.from(points, (point) => String.fromCharCode(units.get(point) ?? otherwise)).join("");
  return [written(left, ONLY_LEFT!), written(right, ONLY_RIGHT!)];
}
