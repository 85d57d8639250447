import { Incomparable } from "./protocol.ts";

/** MathJSON, the library's form of a formula, as far as it is computed: numbers, symbols, and functions with operands. */
export type Expression = number | string | { num: string } | Call;
/** A function and its operands. */
interface Call extends Array<string | Expression> {
  0: string;
}

/** A formula that may be computed: bounded, of known functions, every decimal an exact fraction. */
export interface Admitted {
  expression: Expression;
  symbols: ReadonlySet<string>;
  /** The symbols that stand for whole numbers: those of factorials, binomials, and exponents of negative numbers. */
  integers: ReadonlySet<string>;
}

const FUNCTIONS = new Set(
  (
    "Add Subtract Negate Multiply Divide Rational Power Sqrt Root Abs Ln Log Exp Factorial Binomial Floor Ceil Conjugate " +
    "Sin Cos Tan Sec Csc Cot Arcsin Arccos Arctan Arccot Arcsec Arccsc Sinh Cosh Tanh Coth Sech Csch Arsinh Arcosh Artanh"
  ).split(" "),
);
const CONSTANTS: Readonly<Record<string, Expression>> = {
  e: "ExponentialE",
  ExponentialE: "ExponentialE",
  i: ["Complex", 0, 1],
  ImaginaryUnit: ["Complex", 0, 1],
  Pi: "Pi",
};
const SYMBOL = /^(?:[A-Za-z]|[a-z]{2,8}|Gamma|Delta|Theta|Lambda|Sigma|Phi|Psi|Omega)(?:_\w{1,4})?$/;
/** Letters that name a function where a letter in brackets follows: f(x) is no product. */
const FUNCTION_NAME = /^[fghFGHPQ]$/;

const NODES_MAX = 400;
const DIGITS_MAX = 300;
const EXPONENT_MAX = 1000;
const FACTORIAL_MAX = 200;

const headOf = (expression: Expression): string | null => (Array.isArray(expression) ? expression[0] : null);
const isWhole = (expression: Expression | undefined): expression is number =>
  typeof expression === "number" && Number.isInteger(expression);

/** A decimal as an exact fraction. */
function exactNumber(written: string): Expression {
  const [, sign = "", whole = "", fraction = "", power = "0"] =
    /^([-+]?)(\d*)\.?(\d*)(?:[eE]([-+]?\d{1,4}))?$/.exec(written) ?? [];
  const digits = `${whole}${fraction}`;
  const exponent = Number(power) - fraction.length;
  if (digits === "") throw new Incomparable("unreadable");
  if (digits.length > DIGITS_MAX || Math.abs(exponent) > DIGITS_MAX) throw new Incomparable("large");
  const numerator = `${sign}${digits}${"0".repeat(Math.max(0, exponent))}`;
  if (exponent >= 0) return { num: numerator };
  return ["Rational", { num: numerator }, { num: `1${"0".repeat(-exponent)}` }];
}

const ROUGHLY: Readonly<Record<string, (...values: number[]) => number>> = {
  Add: (...values) => values.reduce((sum, value) => sum + value, 0),
  Multiply: (...values) => values.reduce((product, value) => product * value, 1),
  Subtract: (left, right = 0) => left! - right,
  Negate: (value) => -value!,
  Divide: (top, bottom) => top! / bottom!,
  Rational: (top, bottom) => top! / bottom!,
  Power: (base, exponent) => base! ** exponent!,
  Exp: (value) => Math.exp(value!),
  Sqrt: (value) => Math.sqrt(value!),
  Abs: (value) => Math.abs(value!),
  Factorial: (value) => (value! > FACTORIAL_MAX ? Infinity : value! ** value!),
};

/** The rough size of a formula without symbols; NaN if it has some, or is made of other functions. */
function roughly(expression: Expression): number {
  if (typeof expression === "number") return expression;
  if (typeof expression === "string") return { Pi: Math.PI, ExponentialE: Math.E }[expression] ?? Number.NaN;
  if (!Array.isArray(expression)) return Number(expression.num);
  const [head, ...operands] = expression;
  return ROUGHLY[head]?.(...operands.map(roughly)) ?? Number.NaN;
}

function checkSize(head: string, operands: readonly Expression[]): void {
  const tooLarge = (operand: Expression | undefined, limit: number): boolean =>
    operand !== undefined && Math.abs(roughly(operand)) > limit;
  if (head === "Power" && tooLarge(operands[1], EXPONENT_MAX)) throw new Incomparable("large");
  if ((head === "Exp" || head === "Root") && operands.some((operand) => tooLarge(operand, EXPONENT_MAX)))
    throw new Incomparable("large");
  if (
    (head === "Factorial" || head === "Binomial") &&
    operands.some((operand) => tooLarge(operand, FACTORIAL_MAX))
  )
    throw new Incomparable("large");
}

/** Factors side by side: a whole number before a fraction of whole numbers is a mixed number, as `3\frac18`. */
function product(operands: Expression[]): Expression {
  const [first, second, ...others] = operands;
  const isMixed =
    isWhole(first) &&
    Array.isArray(second) &&
    second[0] === "Divide" &&
    isWhole(second[1]) &&
    isWhole(second[2]) &&
    second[1] < second[2];
  if (!isMixed) return ["Multiply", ...operands];
  const mixed: Expression = ["Add", first, second];
  return others.length === 0 ? mixed : ["Multiply", mixed, ...others];
}

/** Whether a letter and a bracket behind it are a function and its argument. */
const isApplied = ([first, second]: readonly Expression[]): boolean =>
  typeof first === "string" &&
  FUNCTION_NAME.test(first) &&
  second !== undefined &&
  headOf(second) === "Delimiter";

/** Admits a formula as the library parsed it. Throws Incomparable for unknown functions and for what is too large. */
export function admit(parsed: Expression): Admitted {
  const symbols = new Set<string>();
  const integers = new Set<string>();
  let nodes = 0;

  function symbol(name: string): Expression {
    const constant = CONSTANTS[name];
    if (constant !== undefined) return constant;
    if (!SYMBOL.test(name)) throw new Incomparable("unreadable");
    symbols.add(name);
    return name;
  }

  function call(head: string, operands: Expression[]): Expression {
    if (!FUNCTIONS.has(head) || operands.length === 0) throw new Incomparable("unreadable");
    checkSize(head, operands);
    // A bar over anything else is a line segment, or the digits of a number.
    if (head === "Conjugate" && !/"[zw]\W|Complex/.test(JSON.stringify(operands)))
      throw new Incomparable("unreadable");
    const wholeOnly =
      head === "Factorial" || head === "Binomial" || (head === "Power" && roughly(operands[0]!) < 0);
    if (wholeOnly)
      for (const operand of operands)
        if (typeof operand === "string" && symbols.has(operand)) integers.add(operand);
    return [head, ...operands];
  }

  function visit(expression: Expression): Expression {
    if (++nodes > NODES_MAX) throw new Incomparable("large");
    if (typeof expression === "number")
      return isWhole(expression) ? expression : exactNumber(String(expression));
    if (typeof expression === "string") return symbol(expression);
    if (!Array.isArray(expression)) return exactNumber(expression.num);
    const [head, ...operands] = expression;
    if (head === "Delimiter" && operands.length === 1) return visit(operands[0]!);
    if (head === "InvisibleOperator") {
      if (isApplied(operands)) throw new Incomparable("unreadable");
      return product(operands.map(visit));
    }
    if (head === "Degrees") return ["Divide", ["Multiply", visit(operands[0]!), "Pi"], 180];
    if (head === "Lb" || head === "Lg") return call("Log", [visit(operands[0]!), head === "Lb" ? 2 : 10]);
    if (head === "Apply") return call(inverse(operands[0]!), operands.slice(1).map(visit));
    return call(head, operands.map(visit));
  }

  return { expression: visit(parsed), symbols, integers };
}

/** `\sin^{-1} x` is the inverse function. */
function inverse(applied: Expression): string {
  if (!Array.isArray(applied) || applied[0] !== "InverseFunction") throw new Incomparable("unreadable");
  return `Arc${String(applied[1]).toLowerCase()}`;
}
