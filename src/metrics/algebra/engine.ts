import { ComputeEngine } from "@cortex-js/compute-engine";
import type { AlgebraQuestion } from "../../domain/answers/equal.ts";
import { type Admitted, admit, type Expression } from "./expression.ts";
import { at, pointsFor } from "./points.ts";
import { Incomparable } from "./protocol.ts";
import { algebraLatex } from "./spelling.ts";

const PRECISION = 60;
/** Two values of full precision agree to so many digits; results that the library has in double precision to fewer. */
const AGREE = 1e-40;
const AGREE_DOUBLE = 1e-12;
/** Below this, values are rounding errors of 0. */
const ZERO = 1e-45;
const ZERO_DOUBLE = 1e-13;
/** Fewer points than this, of nine, prove nothing: others are poles, or beyond what is computed. */
const POINTS_MIN = 7;

const LONG_LITERAL = 10;
const HAS_LONG_LITERAL = new RegExp(String.raw`(?:\d\.?){${LONG_LITERAL - 1}}`);

type BoxedInput = Parameters<ComputeEngine["box"]>[0];
type Boxed = ReturnType<ComputeEngine["box"]>;
type Big = ReturnType<ComputeEngine["bignum"]>;

/** A complex number, and whether it is known to full precision. */
interface Value {
  re: Big;
  im: Big;
  precise: boolean;
}

/** Compares formulas by computing them at points. Long-running formulas hold the process. */
export function createEngine() {
  const engine = new ComputeEngine();
  engine.precision = PRECISION;

  /** Whether the formulas at hand have long decimals, which must agree to the last digit. */
  let strict = false;

  const box = (expression: Expression): Boxed => engine.box(expression as BoxedInput);

  function read(formula: string): Admitted {
    const parsed = engine.parse(algebraLatex(formula), { form: "raw" });
    return admit(parsed.json as Expression);
  }

  /**
   * Whole and short numbers are exact; else a value of 17 digits or fewer is one in double precision, unless a long
   * decimal of the formulas made it so.
   */
  function isPrecise(part: Big): boolean {
    const digits = part.significand.toString().length;
    return part.isInteger() || digits < LONG_LITERAL || digits > 18;
  }

  /** The value of a formula without symbols; null if it has none that is finite. */
  function computed(expression: Expression): Value | null {
    const found = box(expression).N();
    if (found.isFinite !== true) return null;
    const [re, im] = [found.bignumRe ?? engine.bignum(found.re), found.bignumIm ?? engine.bignum(found.im)];
    if (!re.isFinite() || !im.isFinite()) return null;
    return { re, im, precise: isPrecise(re) && isPrecise(im) };
  }

  const largest = (parts: readonly Big[]): Big =>
    parts.map((part) => part.abs()).reduce((most, part) => (part.gt(most) ? part : most));

  function agree(left: Value, right: Value): boolean {
    const precise = strict || (left.precise && right.precise);
    const scale = largest([left.re, left.im, right.re, right.im]);
    if (scale.lte(engine.bignum(precise ? ZERO : ZERO_DOUBLE))) return true;
    const apart = largest([left.re.sub(right.re), left.im.sub(right.im)]);
    return apart.div(scale).toNumber() <= (precise ? AGREE : AGREE_DOUBLE);
  }

  const isZero = ({ re, im, precise }: Value): boolean =>
    largest([re, im]).lte(engine.bignum(precise ? ZERO : ZERO_DOUBLE));

  /** Two formulas at the points of their symbols; points where either is undefined are left out. */
  function values(left: Admitted, right: Admitted, symbols: Admitted): [Value, Value][] {
    const found: [Value, Value][] = [];
    for (const point of pointsFor(symbols)) {
      const one = computed(at(left.expression, point));
      const other = one && computed(at(right.expression, point));
      if (!one || !other) continue;
      found.push([one, other]);
      if (!agree(one, other)) break;
    }
    return found;
  }

  function isSame(left: Admitted, right: Admitted, symbols: Admitted): boolean {
    const found = values(left, right, symbols);
    if (found.some(([one, other]) => !agree(one, other))) return false;
    if (found.length >= (symbols.symbols.size === 0 ? 1 : POINTS_MIN)) return true;
    const simplified = box(["Subtract", left.expression, right.expression]).simplify();
    if (simplified.is(0)) return true;
    throw new Incomparable("undefined");
  }

  /** Whether the quotient of two formulas is the same at all points, and neither is 0 throughout. */
  function isMultiple(left: Admitted, right: Admitted, { symbols, positive }: Multiple): boolean {
    const quotients: Value[] = [];
    for (const point of pointsFor(symbols)) {
      const [one, other] = [computed(at(left.expression, point)), computed(at(right.expression, point))];
      if (!one || !other) continue;
      if (isZero(one) !== isZero(other)) return false;
      if (isZero(other)) continue;
      const quotient = computed(["Divide", at(left.expression, point), at(right.expression, point)]);
      if (!quotient) continue;
      if (quotients[0] && !agree(quotients[0], quotient)) return false;
      quotients.push(quotient);
    }
    if (quotients.length < POINTS_MIN) throw new Incomparable("undefined");
    return !positive || (quotients[0]!.re.isPositive() && isZero({ ...quotients[0]!, re: quotients[0]!.im }));
  }

  return {
    /** Answers a question about two formulas. Throws Incomparable if it cannot be answered. */
    answer({ left, right, relation }: AlgebraQuestion): boolean {
      strict = HAS_LONG_LITERAL.test(`${left} ${right}`);
      const [one, other] = [read(left), read(right)];
      if (one.symbols.symmetricDifference(other.symbols).size > 0) return false;
      const symbols = { ...one, integers: one.integers.union(other.integers) };
      if (relation === "same") return isSame(one, other, symbols);
      return isMultiple(one, other, { symbols, positive: relation === "positive_multiple" });
    },
  };
}

interface Multiple {
  symbols: Admitted;
  positive: boolean;
}
