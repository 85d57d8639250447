import { foldDigits } from "./numbers/digits.ts";

const CONTROL =
  /\\(?:left|right|displaystyle|textstyle|limits|big|Big|bigg|Bigg|bigl|bigr|Bigl|Bigr)(?![A-Za-z])/g;
const SPACING = /\\[,;:!> ]|\\(?:quad|qquad|thinspace)(?![A-Za-z])|[~\s]/g;
const TEXT =
  /\\(?:text|textbf|textit|textrm|mathrm|mathbf|mathit|mbox|operatorname|boxed|fbox)\s*\{([^{}]*)\}/g;
const DEGREE = /\^\s*\{?\\circ\}?|\\degrees?(?![A-Za-z])|°/g;
const MARKS = /^(?:\$\$?|\\\(|\\\[)|(?:\$\$?|\\\)|\\\])$/g;

const SAME: readonly (readonly [RegExp, string])[] = [
  [/\\[dtc]frac(?![A-Za-z])/g, "\\frac"],
  [/\\leq(?![A-Za-z])|≤/g, "\\le"],
  [/\\geq(?![A-Za-z])|≥/g, "\\ge"],
  [/\\neq(?![A-Za-z])|≠/g, "\\ne"],
  [/\\(?:cdot|times)(?![A-Za-z])|[×·⋅]/g, "*"],
  [/÷/g, "/"],
  [/π/g, "\\pi"],
  [/∞/g, "\\infty"],
  [/∪/g, "\\cup"],
  [/∩/g, "\\cap"],
  [/±/g, "\\pm"],
  [/√/g, "\\sqrt"],
  [/\*\*/g, "^"],
  [/\\lbrace(?![A-Za-z])/g, "\\{"],
  [/\\rbrace(?![A-Za-z])/g, "\\}"],
  [/\\(?:lt)(?![A-Za-z])/g, "<"],
  [/\\(?:gt)(?![A-Za-z])/g, ">"],
  [/\\%/g, "%"],
  [/\\\$/g, ""],
  [/\\in(?=[^a-z])/g, "\\in "],
];

/** Removes the commands that only set a text in a type or a box, and the dollar signs of formulas. */
export function withoutTypeCommands(text: string): string {
  let plain = text;
  for (let depth = 0; depth < 3; depth++) plain = plain.replace(TEXT, "$1");
  return plain.replace(/^\$+|\$+$/g, "");
}

/** Fractions and roots whose arguments stand without braces: `\frac12`, `\sqrt3`. */
const BARE_ARGUMENTS: readonly (readonly [RegExp, string])[] = [
  [/\\frac([^{\\])([^{\\])/g, "\\frac{$1}{$2}"],
  [/\\frac([^{\\])\{/g, "\\frac{$1}{"],
  [/(\\frac\{[^{}]*\})([^{\\])/g, "$1{$2}"],
  [/\\sqrt(\d+|[A-Za-z])/g, "\\sqrt{$1}"],
  [/\^\{([^{}])\}/g, "^$1"],
  [/_\{([^{}])\}/g, "_$1"],
];
/** `k=` before a value, as Hendrycks' check leaves it out. */
const NAMED = /^\(?[A-Za-z](?:\([a-z]\))?\)?\s*=\s*(?=[^=])/;
const A_OVER_B = /^(-?)(\d+)\/(\d+)$/;
const LEADING_POINT = /(?<![\d.])\.(?=\d)/g;
const GROUPED = /(?<=\d)(?:,|\{,\})(?=\d{3}(?!\d))/g;

/**
 * LaTeX in one spelling: without spaces, `\left` and `\right`, type commands and formula marks; fractions and roots with
 * braces. As the answer checks of MATH do it (hendrycks/math, math_equivalence.py, `_strip_string`; Lewkowycz et al. 2022,
 * appendix D). Signs, brackets and braces stay: `(3,4)` is not `(3,4]`, `-\frac{1}{2}` not `\frac{1}{2}`.
 */
export function normalizeLatex(text: string): string {
  let plain = foldDigits(text)
    .replace(/[\u2212\u2013]/g, "-")
    .trim()
    .replace(/[.。]$/, "")
    .trim();
  plain = withoutTypeCommands(plain.replace(MARKS, "").replace(/\$/g, ""));
  plain = plain.replace(CONTROL, "").replace(DEGREE, "");
  for (const [pattern, same] of SAME) plain = plain.replace(pattern, same);
  const tuple = /^[([{\\]/.test(plain.trim());
  if (!tuple) plain = plain.replace(GROUPED, "");
  plain = plain.replace(SPACING, "").replace(NAMED, "").replace(LEADING_POINT, "0.");
  for (const [pattern, braced] of BARE_ARGUMENTS) plain = plain.replace(pattern, braced);
  return plain.replace(A_OVER_B, "$1\\frac{$2}{$3}").replace(/^-\\frac\{-(\d+)\}/, "\\frac{$1}");
}

const MATHEMATICAL = [
  // A LaTeX command or a script.
  /\\(?!n\b|t\b)[A-Za-z]{2,}|\\[{}]|[\^_]\s*[{\w(]/,
  /[=<>≤≥≠±√π∞∪∩∈×÷]/,
  // A tuple, an interval, a set of figures; a function of a letter.
  /^[([{].*[\d,].*[)\]}]$/,
  // Figures, letters and brackets with operators between: 3x+1, 3(x+1), a/b, 2*3, -x.
  /^-?[\w.()[\] ]*(?:\d|\b\p{L})\s*[-+*/]\s*[\w.()[\] +*/-]*$/u,
  /\d\s*\(|\)\s*\(|\d[a-z](?![a-z])/,
];
/** Two letters or more in a row, LaTeX commands aside, are a word. */
const WORD = /(?<![\\\p{L}])\p{L}{3,}/u;

/** Whether a text is a formula, and no words: it is then compared as LaTeX. */
export function isMathematical(text: string): boolean {
  const bare = text.replace(TEXT, "$1").trim();
  if (bare.length > 1000) return false;
  const formula = bare.replace(/\\[A-Za-z]+/g, "");
  if (WORD.test(formula) && !/\\(?:frac|sqrt|pi|infty|cup|cap|begin|sum|int|log|sin|cos|tan)/.test(bare))
    return false;
  return MATHEMATICAL.some((pattern) => pattern.test(bare));
}
