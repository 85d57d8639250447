/**
 * The grammar of the built-in sums, shared by who asks them (the dataset `arithmetic`) and who is able to
 * answer them without a model (the provider `mock`).
 */
export const ARITHMETIC_OPERATIONS = ["addition", "subtraction", "multiplication"] as const;
export type ArithmeticOperation = (typeof ARITHMETIC_OPERATIONS)[number];

const SIGN_OF = { addition: "+", subtraction: "-", multiplication: "×" } as const satisfies Record<
  ArithmeticOperation,
  string
>;

/** `17 + 25`, also with the other signs people write; blanks around the sign keep dates and ranges out. */
const SUM = /(?<![\w.,])(-?\d{1,15}) ([-+×*−]) (-?\d{1,15})(?![\w]|[.,]\d)/g;

/** `What is 17 + 25?` */
export const askArithmetic = (left: number, operation: ArithmeticOperation, right: number): string =>
  `What is ${left} ${SIGN_OF[operation]} ${right}?`;

function compute(left: number, sign: string, right: number): number {
  if (sign === "+") return left + right;
  return sign === "-" || sign === "−" ? left - right : left * right;
}

/**
 * The result of the last `a + b`, `a - b` or `a × b` of two whole numbers in a text (a prompt may show
 * worked examples first); null where there is none or the result is beyond exact numbers.
 */
export function solveArithmetic(text: string): number | null {
  const [, left, sign, right] = [...text.matchAll(SUM)].at(-1) ?? [];
  if (left === undefined || sign === undefined || right === undefined) return null;
  const result = compute(Number(left), sign, Number(right));
  return Number.isSafeInteger(result) ? result : null;
}
