import { foldDigits } from "./numbers/digits.ts";

const CONTROL =
  /\\(?:left|right|displaystyle|textstyle|limits|big|Big|bigg|Bigg|bigl|bigr|Bigl|Bigr)(?![A-Za-z])/g;
const SPACING_COMMAND = /(?<!\\)\\[,;:> ]|\\(?:quad|qquad|thinspace)(?![A-Za-z])|~/g;
const TEXT =
  /\\(?:text|textbf|textit|textrm|mathrm|mathbf|mathit|mbox|operatorname|boxed|fbox)\s*\{([^{}]*)\}/g;
const DEGREE = /\^\s*\{?\\circ\}?|\\degrees?(?![A-Za-z])|°/g;
const MARKS = /^(?:\$\$?|\\\(|\\\[)|(?:\$\$?|\\\)|\\\])$/g;

const SAME: readonly (readonly [RegExp, string])[] = [
  [/\\[dtc]frac(?![A-Za-z])/g, "\\frac"],
  [/\\leq(?![A-Za-z])|≤/g, "\\le "],
  [/\\geq(?![A-Za-z])|≥/g, "\\ge "],
  [/\\neq(?![A-Za-z])|≠/g, "\\ne "],
  [/\\(?:cdot|times)(?![A-Za-z])|[×·⋅]/g, "*"],
  [/\\(?:varnothing|empty)(?![A-Za-z])|∅|\\\{\s*\\\}/g, "\\emptyset "],
  [/\\div(?![A-Za-z])|÷/g, "/"],
  [/π/g, "\\pi "],
  [/∞/g, "\\infty "],
  [/∪/g, "\\cup "],
  [/∩/g, "\\cap "],
  [/±/g, "\\pm "],
  [/√/g, "\\sqrt "],
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

const MATH_MARKS = /^(?:\\\(([\s\S]*)\\\)|\\\[([\s\S]*)\\\]|\$\$?([^$]*)\$\$?)$/;
const MARKDOWN = /^(\*\*|__|[*_`])([^*_`]+)\1$/;
const BOX = /^\\(?:boxed|fbox)\s*\{([\s\S]*)\}$/;

const isBalanced = (text: string): boolean => {
  let depth = 0;
  for (let at = 0; at < text.length && depth >= 0; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "{") depth++;
    else if (text[at] === "}") depth--;
  }
  return depth === 0;
};

/** An answer without the marks of a formula, the box or the markdown around the whole of it. */
export function withoutMarks(text: string): string {
  let plain = text
    .trim()
    .replace(/(?<!\\)\\$/, "")
    .trimEnd();
  for (let depth = 0; depth < 4; depth++) {
    const stopped = plain.replace(/(?<=[$})\]])[.。]$/, "");
    const [, round, square, dollars] = MATH_MARKS.exec(stopped) ?? [];
    const [, boxed] = BOX.exec(stopped) ?? [];
    const [, , marked] = MARKDOWN.exec(plain) ?? [];
    const inner = round ?? square ?? dollars ?? boxed ?? marked;
    if (inner === undefined || !isBalanced(inner)) return plain;
    plain = inner.trim();
  }
  return plain;
}

/** Arguments that stand without braces: `\frac12`, `\sqrt3`, `12_16`. */
const BARE_ARGUMENTS: readonly (readonly [RegExp, string])[] = [
  [/\\frac([^{\\])([^{\\])/g, "\\frac{$1}{$2}"],
  [/\\frac([^{\\])\{/g, "\\frac{$1}{"],
  [/(\\frac\{[^{}]*\})([^{\\])/g, "$1{$2}"],
  [/\\sqrt(\d+|[A-Za-z])/g, "\\sqrt{$1}"],
  [/\^\{([^{}])\}/g, "^$1"],
  [/_\{([^{}])\}/g, "_$1"],
  [/_(\d{2,})/g, "_{$1}"],
];
/** `k=` before a value, as Hendrycks' check leaves it out. */
const NAMED = /^\(?[A-Za-z](?:\([a-z]\))?\)?\s*=\s*(?=[^=])/;
const A_OVER_B = /^(-?)(\d+)\/(\d+)$/;
const LEADING_POINT = /(?<![\d.])\.(?=\d)/g;
const GROUPED = /(?<=\d)(?:,|\{,\})(?=\d{3}(?!\d))/g;

const ROWS = /\\begin/;

/**
 * A formula without the marks, type commands and spacing that mean nothing, every sign in one spelling. Degree signs and
 * the blanks between commands stay. A doubled backslash before a command is a single one, except between a matrix's rows.
 */
export function cleanLatex(text: string): string {
  let plain = foldDigits(text)
    .replace(/[₀-₉]+/g, (run) => `_{${run.normalize("NFKC")}}`)
    .replace(/[\u2212\u2013]/g, "-")
    .trim()
    .replace(/[.。]$/, "")
    .trim();
  if (!ROWS.test(plain)) plain = plain.replace(/\\\\(?=[A-Za-z])/g, "\\");
  plain = withoutTypeCommands(plain.replace(MARKS, "").replace(/(?<!\\)\$/g, ""));
  plain = plain
    .replace(CONTROL, "")
    .replace(/(?<!\\)\\!/g, "")
    .replace(SPACING_COMMAND, " ")
    .replace(DEGREE, "^\\circ ");
  for (const [pattern, same] of SAME) plain = plain.replace(pattern, same);
  const tuple = /^(?:[([{]|\\[{])/.test(plain.trim());
  if (!tuple) plain = plain.replace(GROUPED, "");
  return plain
    .replace(LEADING_POINT, "0.")
    .trim()
    .replace(/^\+\s*/, "");
}

/**
 * LaTeX in one spelling: without spaces, `\left` and `\right`, type commands and formula marks; fractions and roots with
 * braces. As the answer checks of MATH do it (hendrycks/math, math_equivalence.py, `_strip_string`; Lewkowycz et al. 2022,
 * appendix D). Signs, brackets and braces stay: `(3,4)` is not `(3,4]`, `-\frac{1}{2}` not `\frac{1}{2}`.
 */
export function normalizeLatex(text: string): string {
  let plain = cleanLatex(text).replaceAll("^\\circ", "").replace(/\s+/g, "").replace(NAMED, "");
  for (const [pattern, braced] of BARE_ARGUMENTS) plain = plain.replace(pattern, braced);
  return plain.replace(A_OVER_B, "$1\\frac{$2}{$3}").replace(/^-\\frac\{-(\d+)\}/, "\\frac{$1}");
}

/** Functions and constants as they are written without a backslash. */
const NAMES =
  "sqrt|cbrt|sin|cos|tan|sec|csc|cot|log|ln|exp|arcsin|arccos|arctan|pi|infinity|infty|theta|alpha|beta";
/** Finds the names of functions and constants that are written without a backslash. */
export const PLAIN_NAME = new RegExp(String.raw`(?<![A-Za-z\\])(?:${NAMES})(?![A-Za-z])`, "g");

const MATHEMATICAL = [
  // A LaTeX command or a script.
  /\\(?!n\b|t\b)[A-Za-z]{2,}|\\[{}]|[\^_]\s*[{\w(]/,
  /[=<>≤≥≠±√π∞∪∩∈×÷]/,
  // A tuple, an interval, a set of figures; a function of a letter.
  /^[([{].*[\d,].*[)\]}]$/,
  // Figures, letters and brackets with operators between: 3x+1, 3(x+1), a/b, 2*3, -x.
  /^-?[\w.()[\] ]*(?:\d|\b\p{L})\s*[-+*/]\s*[\w.()[\] +*/-]*$/u,
  /^-?[\w.()[\] ]*\w\s*\+\s*[\w(][\w.()[\] +*/-]*$/,
  /\d\s*\(|\)\s*\(|\d[a-z](?![a-z])/,
  // A factorial, an absolute value, a sign before a bracket or a letter.
  /[\w)]!$|^\|.*\|$|^-\s*(?:\(|[A-Za-z]$)/,
];
/** Three letters or more in a row, LaTeX commands and names of functions aside, are a word. */
const WORD = /(?<![\\\p{L}])\p{L}{3,}/u;
/** An answer that is made of words alone, however short. */
export const WORDS_ONLY = /^\p{L}[\p{L}\s.,'’-]*$/u;
const FORMULA_LENGTH_MAX = 1000;

/** Whether a text is a formula, and no words: it is then compared as LaTeX. */
export function isMathematical(text: string): boolean {
  const bare = text.replace(TEXT, "$1").trim();
  if (bare.length > FORMULA_LENGTH_MAX) return false;
  const formula = bare.replace(/\\[A-Za-z]+/g, " ").replace(PLAIN_NAME, " ");
  if (WORD.test(formula) && !/\\(?:frac|sqrt|pi|infty|cup|cap|begin|sum|int|log|sin|cos|tan)/.test(bare))
    return false;
  // "C++" and "A*" are names.
  if (/[-+*/^=]$/.test(bare)) return false;
  if (bare.search(PLAIN_NAME) >= 0 && !WORD.test(formula)) return true;
  return !WORDS_ONLY.test(bare) && MATHEMATICAL.some((pattern) => pattern.test(bare));
}
