import { indexOfLetter, letterOf } from "../choice-letters.ts";

/** A letter is looked for in so many characters behind a mark: an output may be made to be slow to search. */
const WINDOW = 160;

/** What may stand round a letter: markdown, brackets, quotes, LaTeX, HTML. */
const OPENING = String.raw`(?:\\(?:text|textbf|textit|mathrm|mathbf|boxed|operatorname|fbox|[(\[])\s*\{?|<(?:b|strong|em|i|u|answer)>|[\s*_\x60$(\[{<"'“‘「【（《：:\\-])*`;
const CLOSING = String.raw`(?:\\[)\]]|</(?:b|strong|em|i|u|answer)>|[*_\x60$)\]}>"'”’」】）》\\])*`;
/** "option", "the letter", "opción" and the like before a letter. */
const NOUN = String.raw`(?:(?:the\s+)?(?:option|choice|letter|answer|opción|opção|opzione|alternativa|letra|lettera|antwort|réponse|вариант|选项|選項|number)\s*(?:is\s+)?[:：]?\s*${OPENING})?`;
/** A letter of the Latin or another alphabet that stands for a choice, and is no part of a word. */
const LETTER = String.raw`([A-Za-zＡ-Ｚａ-ｚأبجدهوঅবডঢАБГДС])(?![\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Arabic}\p{Script=Bengali}\p{N}]|['’]\p{L})`;
/** A text that begins with a letter: the letter, what closes its brackets, the rest. */
const AT_START = new RegExp(`^${OPENING}${NOUN}${LETTER}(${CLOSING})([\\s\\S]*)`, "iu");

/**
 * Letters of other scripts that stand for A to D: those that openai/simple-evals folds (common.py,
 * normalize_extracted_answer), and the Cyrillic ones. The Cyrillic В is left out: it is the third letter of its alphabet and
 * looks like the Latin second.
 */
const FOREIGN: Readonly<Record<string, string>> = {
  أ: "A",
  ب: "B",
  ج: "C",
  د: "D",
  অ: "A",
  ব: "B",
  ড: "C",
  ঢ: "D",
  А: "A",
  Б: "B",
  С: "C",
  Г: "D",
  Д: "E",
};

/** The Latin capital that a letter stands for. */
const latin = (letter: string): string =>
  FOREIGN[letter.toUpperCase()] ?? letter.normalize("NFKC").toUpperCase();

/** A second letter behind "or" and the like. */
const SECOND = String.raw`(?:either\s+|option\s+|choice\s+|maybe\s+|perhaps\s+)?${OPENING}(?:option\s+|choice\s+)?([A-Z])(?![\p{Script=Latin}\p{N}]|['’]\p{L})`;
/** Another letter as good as the first: "A or B", "A and C", "A/B", "A, B". "A, not B" names one. */
const A_SECOND_LETTER = new RegExp(
  String.raw`^\s*(?:,?\s*(?:and|or|oder|und|ou|et|o|y|e|или|и|또는)(?:\s+|(?=[(*"“\[]))|\s*(?:或|和|と|및)\s*|[,，/&+、;；|]\s*(?:and\s+|or\s+)?|\s+vs\.?\s+)${SECOND}`,
  "u",
);
/** Letters with no words between list the choices again: `(a) .148 (b) .147`, `A. ①② B. ①③`. */
const LISTED_AGAIN = /^[^\p{L}()\n]{0,20}(?:\([A-Za-z]\)|\s[A-Z][.)．、]\s)/u;
/** Words behind a letter that take it back or leave it open; "is not" alone may begin the choice's own text. */
const OPEN_QUESTION =
  /^\s*(?:\?|(?:is|was)\s+(?:(?:not|wrong|incorrect|false)(?:\s+(?:the|a|an|quite|really))?(?:\s+(?:correct|right|best|true|answer|option|choice|valid)|\s*[.,;!]|$))|[^.\n]{0,60}?\b(?:but|although|though|however)\b[^.\n]{0,20}\bnot\b[^.\n]{0,20}\b(?:correct|right|answer|valid)\b|isn['’]t|can(?:not|['’]t)|(?:or|and)\s+(?:maybe|perhaps|possibly)|is\s+(?:tempting|a distractor))/iu;
/** A word behind the bare letters A and I, and behind lower-case ones, makes a word of the letter: "A dog", "I think". */
const A_WORD = /^[ \t]+[\p{L}\p{N}]/u;
/** A small letter before an equals sign is a variable: `a=1`. */
const A_VARIABLE = /^\s*[=≈<>]/;
/** Words that explain a letter before them: "B because …". */
const EXPLANATION =
  /^[ \t]+(?:because|since|as|is|was|for|due|based|given|which|where|with|from|according|[-–—]|porque|weil|car|da|debido|потому|поскольку|입니다|です|है|হল)(?![\p{L}])/iu;

/** The letter that a declaration names; `several` for two or more; undefined if it names none. */
export type DeclaredLetter = { letter: string; text: string } | "several" | undefined;

/** Whether a letter as it was found is a word of its sentence, or begins one. */
function isWord(letter: string, closing: string, tail: string): boolean {
  if (closing !== "" || !A_WORD.test(tail) || EXPLANATION.test(tail)) return false;
  return (
    letter !== letter.toUpperCase() ||
    /[AIOEY\p{Script=Cyrillic}]/u.test(letter) ||
    /^[ \t]+\p{Ll}/u.test(tail) === false
  );
}

/** Reads the letter that a text begins with, whatever is put round it. */
export function declaredLetter(text: string): DeclaredLetter {
  const [, found, closing = "", tail = ""] = AT_START.exec(text.slice(0, WINDOW)) ?? [];
  if (found === undefined) return undefined;
  if (A_SECOND_LETTER.test(tail) || LISTED_AGAIN.test(tail)) return "several";
  if (OPEN_QUESTION.test(tail)) return undefined;
  const marked = closing !== "" || /[.:：)]/.test(tail.charAt(0));
  if (A_VARIABLE.test(tail) && found !== found.toUpperCase()) return undefined;
  if (!marked && isWord(found, closing, tail)) return undefined;
  return { letter: latin(found), text: tail.replace(/^[.:：)\]\s*_-]+/, "").split("\n", 1)[0] ?? "" };
}

/** A line of nothing but a letter and what is put round it. */
const ONLY_A_LETTER = new RegExp(`^${OPENING}${NOUN}${LETTER}${CLOSING}[.,:;!。\\s]*${CLOSING}$`, "iu");
/** A line of a letter, what sets it apart, and a text. */
const LETTER_AND_TEXT = new RegExp(
  String.raw`^${OPENING}${NOUN}${LETTER}(${CLOSING}[).:：、．。]${CLOSING}[ \t]*|(?=不是)|[*_)\]]+[ \t]+|[ \t]+(?=\S))(\S.*)$`,
  "u",
);

/** A line that is a letter, alone or with a text behind it. */
export interface LetterLine {
  letter: string;
  /** The text behind the letter; null if the letter stands alone. */
  text: string | null;
  /** Whether a bracket, a dot or markdown sets the letter apart from its text. */
  set_apart: boolean;
}

/** Reads a line that is only a letter, or a letter with a text; null for any other line. */
export function letterLine(line: string): LetterLine | null {
  if (line.length > LINE_MAX) return null;
  const [, only] = ONLY_A_LETTER.exec(line) ?? [];
  if (only !== undefined) return { letter: latin(only), text: null, set_apart: true };
  const [, letter, bracket = "", text] = LETTER_AND_TEXT.exec(line) ?? [];
  if (letter === undefined || text === undefined) return null;
  return {
    letter: latin(letter),
    text,
    set_apart: bracket.trim() !== "" || /^(?:\(.*\)\.?$|不是)/u.test(text),
  };
}

/** LaTeX commands that set a text in a type. */
const WRAPPED = /\\(?:text|textbf|mathrm|mathbf)\s*\{([^{}]*)\}/g;

/** A choice is not longer, and no longer text is compared with one. */
const TEXT_MAX = 5000;
/** A longer line is not only a letter and its choice. */
const LINE_MAX = 2000;

/** A choice's text as it is compared: without case, markdown, quotes and a final full stop. */
export function bareText(whole: string): string {
  const text = whole.trim();
  if (text.length > TEXT_MAX) return text;
  return text
    .replace(WRAPPED, "$1")
    .normalize("NFKC")
    .toLowerCase()
    .replace(/\s+/g, " ")
    .replace(/^[\s*_`"'“”‘’$(]+|[\s.*_`"'“”‘’$;,!。)]+$/g, (edge) => edge.replace(/[^()]/g, ""))
    .trim();
}

/** The letters of the choices whose own text a text is; one at most, unless two choices are the same. */
export function lettersOfText(text: string, choices: readonly string[]): string[] {
  const wanted = bareText(text);
  if (wanted === "") return [];
  return choices.flatMap((choice, index) => (bareText(choice) === wanted ? [letterOf(index)] : []));
}

export const isChoice = (letter: string, choices: readonly string[]): boolean => {
  const index = indexOfLetter(letter);
  return index >= 0 && index < choices.length;
};
