import { foldDigits } from "./digits.ts";

/** Commands that only set their argument in a type or a box: the argument is the content. */
const WRAPPERS =
  /\\(?:text|textnormal|textbf|textit|textrm|mathrm|mathbf|mathit|mathsf|operatorname|mbox|boxed|fbox)\s*\{([^{}]*)\}/g;
const SIMPLE_FRACTION = /\\[dtc]?frac\s*(?:\{\s*(-?[\d.,]+)\s*\}|(\d))\s*(?:\{\s*(-?[\d.,]+)\s*\}|(\d))/g;
/** A group separator that LaTeX or typography writes between digits: a brace pair, a thin or a fixed space. */
const THIN = /\{,\}|\\[,;: ]|~|[\u00a0\u2009\u202f]/g;
/** A space of negative width, as in `15,\!000`. */
const NEGATIVE_SPACE = /\\!/g;

/** Removes a wrapper command around its argument, from the inside out; nesting is bounded. */
function withoutWrappers(text: string): string {
  let unwrapped = text;
  for (let depth = 0; depth < 5; depth++) {
    const next = unwrapped.replace(WRAPPERS, "$1");
    if (next === unwrapped) break;
    unwrapped = next;
  }
  return unwrapped;
}

const REPLACED: readonly (readonly [RegExp, string])[] = [
  [/\\[([]|\\[)\]]/g, " "],
  [/\\(?:left|right)(?![a-z])/g, ""],
  [/\\\$/g, "$"],
  [/\\%/g, "%"],
  [/\\(?:times|cdot)(?![a-z])/g, "×"],
  [/\\div(?![a-z])/g, "÷"],
  [/\\pm(?![a-z])/g, "±"],
  [/\\(?:approx|sim|simeq)(?![a-z])/g, "≈"],
  [/\\leq?(?![a-z])/g, "≤"],
  [/\\geq?(?![a-z])/g, "≥"],
  [/\\neq?(?![a-z])/g, "≠"],
  [/\\lt(?![a-z])/g, "<"],
  [/\\gt(?![a-z])/g, ">"],
  [/\^\s*\{?\\circ\}?/g, "°"],
  [/\\(?:degree|degrees)(?![a-z])/g, "°"],
];

const DOLLAR_PAIR = /\$\$?([^$]+)\$\$?/g;

/** Whether a pair of dollar signs encloses a formula, and does not stand before two amounts of money. */
const isFormula = (inner: string): boolean => !/^\s*\d[\d.,]*\s+\p{L}/u.test(inner);

/**
 * Rewrites the LaTeX and markdown that a number may be written with as plain characters: `\dfrac{1}{2}` as `1/2`,
 * `1{,}234` as `1,234`, `\times` as `×`. What is no such spelling stays.
 */
export function plainSpelling(text: string): string {
  let plain = foldDigits(withoutWrappers(text)).replace(/(?<=\d)\{,\}(?=\d)/g, ",");
  plain = plain.replace(
    SIMPLE_FRACTION,
    (_all, top, digit, bottom, under) => ` ${top ?? digit}/${bottom ?? under} `,
  );
  plain = plain.replace(NEGATIVE_SPACE, "").replace(THIN, " ");
  for (const [pattern, replacement] of REPLACED) plain = plain.replace(pattern, replacement);
  plain = plain.replace(DOLLAR_PAIR, (all, inner: string) => (isFormula(inner) ? inner : all));
  return plain.replace(/(?<![\p{L}\p{N}])[*_`]+|[*_`]+(?![\p{L}\p{N}({])/gu, (marks) =>
    marks === "*" ? marks : "",
  );
}
