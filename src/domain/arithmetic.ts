/**
 * The form of the built-in sums. The dataset `arithmetic` asks them, and the provider `mock` answers them without a
 * model.
 */
export const ARITHMETIC_OPERATIONS = ["addition", "subtraction", "multiplication"] as const;
export type ArithmeticOperation = (typeof ARITHMETIC_OPERATIONS)[number];

const SIGN_OF = { addition: "+", subtraction: "-", multiplication: "×" } as const satisfies Record<
  ArithmeticOperation,
  string
>;

/** Matches `17 + 25`, also with other common signs. The spaces around the sign exclude dates and ranges. */
const SUM = /(?<![\w.,])(-?\d{1,15}) ([-+×*−]) (-?\d{1,15})(?![\w]|[.,]\d)/g;

/** Returns a question such as `What is 17 + 25?`. */
export const askArithmetic = (left: number, operation: ArithmeticOperation, right: number): string =>
  `What is ${left} ${SIGN_OF[operation]} ${right}?`;

function compute(left: number, sign: string, right: number): number {
  if (sign === "+") return left + right;
  return sign === "-" || sign === "−" ? left - right : left * right;
}

/**
 * Returns the result of the last `a + b`, `a - b` or `a × b` of two whole numbers in a text: a prompt may show worked
 * examples first. Returns null if there is no such sum, or if the result is too large for an exact number.
 */
export function solveArithmetic(text: string): number | null {
  const [, left, sign, right] = [...text.matchAll(SUM)].at(-1) ?? [];
  if (left === undefined || sign === undefined || right === undefined) return null;
  const result = compute(Number(left), sign, Number(right));
  return Number.isSafeInteger(result) ? result : null;
}
