import { createRandom } from "../../base/random.ts";
import type { Admitted, Expression } from "./expression.ts";

/** Values of symbols at which two formulas are computed. */
export type Point = ReadonlyMap<string, Expression>;

const POINTS = 9;
/** Letters that stand for complex numbers by convention. */
const COMPLEX = /^[zw](?:_|$)/;

/**
 * Draws the points at which formulas are compared: the first ones positive, then negative, then of any sign; whole
 * numbers for symbols that stand for such, complex ones for z and w. All are odd 64ths, so that no root of a negative
 * number is real by chance. The same symbols give the same points; a formula without symbols has one.
 */
export function pointsFor({ symbols, integers }: Pick<Admitted, "symbols" | "integers">): Point[] {
  const random = createRandom("algebra");
  const fraction = (): Expression => ["Rational", 2 * Math.floor(random() * 90) + 7, 64];
  const signed = (negative: boolean): Expression => (negative ? ["Negate", fraction()] : fraction());
  const names = [...symbols].sort();
  const draw =
    (index: number) =>
    (name: string): [string, Expression] => {
      if (integers.has(name)) return [name, 2 + index + Math.floor(random() * 4)];
      const value = signed(index >= 3 && (index < 5 || random() < 0.5));
      if (!COMPLEX.test(name) || index % 2 === 0) return [name, value];
      return [name, ["Add", value, ["Multiply", ["Complex", 0, 1], fraction()]]];
    };
  const count = names.length === 0 ? 1 : POINTS;
  return Array.from({ length: count }, (_, index) => new Map(names.map(draw(index))));
}

/** Puts a point's values in the place of the symbols. */
export function at(expression: Expression, point: Point): Expression {
  if (typeof expression === "string") return point.get(expression) ?? expression;
  if (!Array.isArray(expression)) return expression;
  const [head, ...operands] = expression;
  return [head, ...operands.map((operand) => at(operand, point))];
}
