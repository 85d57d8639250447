import { indexOfLetter, letterOf } from "../dataset.ts";
import { answerMarks } from "./answer-marks.ts";

/** An answer is looked for in so many characters behind its mark: an output may be made to be slow to search. */
const WINDOW = 80;
/** Longest output that may be nothing but a letter and its choice. */
const BARE_MAX = 1000;

/** What is put round a letter: markdown, brackets, quotes, LaTeX, HTML. */
const OPENING = String.raw`(?:\\[a-z]+\{|<(?:b|strong|em|i|u)>(?=[^<]*</)|[\s*_\x60$(\[{<"'“‘\\])*`;
const CLOSING = String.raw`[*_\x60$)\]}>"'”’\\]*`;
const LETTER = String.raw`([A-Za-z])(?![\p{L}\p{N}]|['’]\p{L})`;

const MARKED = new RegExp(
  String.raw`^${OPENING}(?:(?:option|choice|letter)\s+${OPENING})?${LETTER}(.*)`,
  "iu",
);
/** As in inspect_ai: "ANSWER: A dog" names no choice, and nor then does "ANSWER: B because". */
const A_WORD = /^[ \t]+[\p{L}\p{N}]/u;
const A_SECOND_LETTER = new RegExp(
  String.raw`^${CLOSING}\s*(?:,?\s*(?:and|or)\s|[,/&+])\s*${OPENING}[A-HJ-Zb-hj-z](?![\p{L}\p{N}'’])`,
  "u",
);
const BARE = new RegExp(String.raw`^${OPENING}${LETTER}[*_\x60$)\]}>"'”’\\.:]*$`, "u");
const BARE_WITH_TEXT = new RegExp(String.raw`^${OPENING}${LETTER}[*_]*[).:][*_]*[ \t]+(\S.*)$`, "u");

/** The letter behind a mark; null for two of them; undefined where there is something else. */
function readMarked(output: string, start: number): string | null | undefined {
  const [, letter, tail = ""] = MARKED.exec(output.slice(start, start + WINDOW)) ?? [];
  if (letter === undefined) return undefined;
  if (A_SECOND_LETTER.test(tail)) return null;
  return A_WORD.test(tail) ? undefined : letter;
}

function firstRead(output: string, starts: readonly number[]): string | null | undefined {
  for (const start of starts) {
    const letter = readMarked(output, start);
    if (letter !== undefined) return letter;
  }
  return undefined;
}

const plain = (text: string): string => text.toLowerCase().replace(/[\s.*_]+$/, "");

/** `B) Paris`: the choice's own text, or any that names no other choice ("A) is wrong, it is B" does). */
function belongsTo(letter: string, text: string, choices: readonly string[]): boolean {
  const index = indexOfLetter(letter);
  if (plain(text) === plain(choices[index] ?? "")) return true;
  const others = choices.map((_, other) => letterOf(other)).filter((_, other) => other !== index);
  return !new RegExp(String.raw`\b[${others.join("")}]\b`).test(text);
}

function readBare(output: string, choices: readonly string[]): string | undefined {
  const whole = output.trim();
  if (whole.length > BARE_MAX) return undefined;
  const [, only] = BARE.exec(whole) ?? [];
  if (only !== undefined) return only;
  const [, letter, text] = BARE_WITH_TEXT.exec(whole) ?? [];
  return letter !== undefined && text !== undefined && belongsTo(letter, text, choices) ? letter : undefined;
}

/**
 * The letter of the choice an output settles on: behind the last `ANSWER:` that begins a line, else behind
 * the last one anywhere, else the output itself if it is but a letter. Upper case; null where there is none,
 * where there are two ("A and B"), and for a letter that is not among the choices. Linear in the output's length.
 */
export function choiceLetter(output: string, choices: readonly string[]): string | null {
  const { anchored, inline } = answerMarks(output);
  const marked = firstRead(output, [...anchored, ...inline]);
  const letter = (marked === undefined ? readBare(output, choices) : marked)?.toUpperCase();
  return letter !== undefined && indexOfLetter(letter) < choices.length ? letter : null;
}
