import { areOf, type Form, type FormOf, isOf } from "./form.ts";

/** How two answers were found equal or not; `undecided` where only algebra can tell. */
export type Equality = "equal" | "different" | "undecided";

/**
 * What is asked of algebra: whether two formulas have the same value, or are a multiple of each other by a constant,
 * which makes equations the same; by a positive one, which makes inequalities the same.
 */
export interface AlgebraQuestion {
  left: string;
  right: string;
  relation: "same" | "multiple" | "positive_multiple";
}

export interface FormComparison {
  /** Compares two single values. */
  value(left: string, right: string): Equality;
  ask(question: AlgebraQuestion): Equality;
  /** Whether a list in no brackets is compared in any order. */
  unordered: boolean;
}

/** Longer sets are not compared: each member is compared with each. */
const MEMBERS_MAX = 40;

const all = (found: readonly Equality[]): Equality => {
  if (found.includes("different")) return "different";
  return found.includes("undecided") ? "undecided" : "equal";
};

const any = (found: readonly Equality[]): Equality => {
  if (found.includes("equal")) return "equal";
  return found.includes("undecided") ? "undecided" : "different";
};

const difference = ({ left, right }: FormOf<"relation">): string => `(${left})-(${right})`;

const isMembers = (form: Form): form is FormOf<"set"> | FormOf<"list"> =>
  isOf(form, "set") || isOf(form, "list");

/** Equations or inequalities: the same if their differences are multiples of each other. */
function compareRelations(
  left: FormOf<"relation">,
  right: FormOf<"relation">,
  { ask }: FormComparison,
): Equality {
  if (left.sign !== right.sign) return "different";
  const directed = left.sign === "<" || left.sign === "\\le";
  return ask({
    left: difference(left),
    right: difference(right),
    relation: directed ? "positive_multiple" : "multiple",
  });
}

/** An equation between a name and its value; null if the value is more than one formula. */
const asRelation = (form: Form): FormOf<"relation"> | null => {
  if (isOf(form, "relation")) return form;
  if (!isOf(form, "named") || !isOf(form.form, "value")) return null;
  return { kind: "relation", sign: "=", left: form.name, right: form.form.text };
};

/** Named values in the order of their names: `y = 2, x = 1` is `x = 1, y = 2`. */
const byName = (parts: readonly FormOf<"named">[]): FormOf<"named">[] =>
  parts.toSorted((left, right) => (left.name < right.name ? -1 : 1));

function compareOrdered(left: readonly Form[], right: readonly Form[], comparison: FormComparison): Equality {
  if (left.length !== right.length) return "different";
  return all(left.map((part, index) => compareForms(part, right[index]!, comparison)));
}

/** Each member of either side has its like on the other. */
function compareMembers(left: readonly Form[], right: readonly Form[], comparison: FormComparison): Equality {
  if (Math.max(left.length, right.length) > MEMBERS_MAX) return "different";
  const found = left.map((member) => right.map((other) => compareForms(member, other, comparison)));
  const columns = right.map((_, index) => found.map((row) => row[index]!));
  return all([...found.map(any), ...columns.map(any)]);
}

function compareNamed(left: Form, right: Form, comparison: FormComparison): Equality {
  if (isOf(left, "named") && isOf(right, "named") && left.name === right.name)
    return compareForms(left.form, right.form, comparison);
  const [equation, other] = [asRelation(left), asRelation(right)];
  if (equation && other) return compareRelations(equation, other, comparison);
  if (isOf(left, "named") && isOf(right, "named")) return "different";
  if (isOf(left, "relation") || isOf(right, "relation")) return "different";
  return compareForms(
    isOf(left, "named") ? left.form : left,
    isOf(right, "named") ? right.form : right,
    comparison,
  );
}

function compareLists(left: FormOf<"list">, right: FormOf<"list">, comparison: FormComparison): Equality {
  if (areOf(left.parts, "named") && areOf(right.parts, "named"))
    return compareOrdered(byName(left.parts), byName(right.parts), comparison);
  const compare = comparison.unordered ? compareMembers : compareOrdered;
  return compare(left.parts, right.parts, comparison);
}

function compareMatrices(left: string[][], right: string[][], { value }: FormComparison): Equality {
  const shape = (rows: string[][]) => rows.map((row) => row.length).join();
  if (shape(left) !== shape(right)) return "different";
  return all(left.flatMap((row, at) => row.map((cell, place) => value(cell, right[at]![place]!))));
}

/** `x = 1, y = 2` as the point (1, 2), if the names are in the order of the alphabet; null for any other list. */
function pointOf(form: Form): FormOf<"tuple"> | null {
  if (!isOf(form, "list") || !areOf(form.parts, "named")) return null;
  const { parts } = form;
  if (parts.some(({ name }, index) => index > 0 && name <= parts[index - 1]!.name)) return null;
  return { kind: "tuple", brackets: "()", parts: parts.map((part) => part.form) };
}

/**
 * Compares two formulas part by part: points, intervals and matrices in their order and with their brackets, sets and
 * unions in any order, equations as equations. Forms that differ in kind are different.
 */
export function compareForms(left: Form, right: Form, comparison: FormComparison): Equality {
  if (isOf(left, "value") && isOf(right, "value")) return comparison.value(left.text, right.text);
  if (isOf(left, "relation") && isOf(right, "relation")) return compareRelations(left, right, comparison);
  if (isOf(left, "named") || isOf(right, "named")) return compareNamed(left, right, comparison);
  if (isOf(left, "tuple") && isOf(right, "tuple")) {
    if (left.brackets !== right.brackets) return "different";
    return compareOrdered(left.parts, right.parts, comparison);
  }
  if (isOf(left, "list") && isOf(right, "list")) return compareLists(left, right, comparison);
  if (isMembers(left) && isMembers(right)) return compareMembers(left.parts, right.parts, comparison);
  if (isOf(left, "union") && isOf(right, "union")) return compareMembers(left.parts, right.parts, comparison);
  if (isOf(left, "matrix") && isOf(right, "matrix"))
    return compareMatrices(left.rows, right.rows, comparison);
  const [point, other] = [pointOf(left) ?? left, pointOf(right) ?? right];
  return isOf(point, "tuple") && isOf(other, "tuple") ? compareForms(point, other, comparison) : "different";
}
