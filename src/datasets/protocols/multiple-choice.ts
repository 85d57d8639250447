import { letterOf } from "../../domain/choice-letters.ts";
import type { Sample } from "../../domain/dataset.ts";
import { byRule, type Protocol, userPrompt } from "./protocol.ts";

/** Returns `A,B,C`, as inspect_ai lists the letters of a sample's choices. */
export const lettersOf = ({ choices = [] }: Sample): string =>
  choices.map((_, index) => letterOf(index)).join(",");

/** Returns `A) …`, a line for each choice. */
export const choiceLines = ({ choices = [] }: Sample): string =>
  choices.map((choice, index) => `${letterOf(index)}) ${choice}`).join("\n");

/** Returns inspect_ai's SINGLE_ANSWER_TEMPLATE for a question. */
export const choicePrompt = (question: string, sample: Sample): string =>
  [
    "Answer the following multiple choice question. The entire content of your response should be of the following " +
      `format: 'ANSWER: $LETTER' (without quotes) where LETTER is one of ${lettersOf(sample)}.`,
    question,
    choiceLines(sample),
  ].join("\n\n");

const LINE = /^ANSWER\s*:\s*([A-Za-z\d ,]+)\s*(?:$|\n|\.)/gim;
const ANYWHERE = /ANSWER\s*:\s*([A-Za-z\d ,]+)(?:[^\p{L}\p{N}_]|\n|$|\.)/giu;

const LONG_GAP = /\s{200,}/g;

/** Shortens long runs of white space, which the patterns would search in quadratic time; none of them minds. */
const withoutGaps = (output: string): string =>
  output.replace(LONG_GAP, (gap) => gap.slice(0, 100) + (gap.includes("\n") ? "\n" : "") + gap.slice(-50));

/** What is put round a letter, as the reference removes it: dollar signs, bold type, a pair of brackets. */
const withoutWrappers = (output: string): string =>
  output
    .replace(/\$\s*([A-Za-z\d][A-Za-z\d ,]*?)\s*\$/g, "$1")
    .replace(/\*\*\s*([A-Za-z\d][A-Za-z\d ,]*?)\s*\*\*/g, "$1")
    .replace(/(^|[:,])(\s*)\(([A-Za-z\d])\)(?=\s*(?:,|\.|\n|$))/g, "$1$2$3");

/** Returns the letter that `parse_answers` of inspect_ai reads, with `multiple_correct` false; null for none. */
function inspectLetter(output: string, { choices = [] }: Sample): string | null {
  const text = withoutWrappers(withoutGaps(output));
  const matches = [...text.matchAll(LINE)];
  const found = (matches.length > 0 ? matches : [...text.matchAll(ANYWHERE)]).at(-1)?.[1];
  if (found === undefined) return null;
  const tokens = found
    .trim()
    .replace(/\.+$/, "")
    .toUpperCase()
    .split(",")
    .filter((token) => token !== "");
  const [letter = ""] = tokens;
  return tokens.length === 1 && choices.some((_, index) => letterOf(index) === letter) ? letter : null;
}

/** inspect_ai's multiple choice: its prompt, and its own reading of `ANSWER: X`. */
export const zeroShot: Protocol = {
  name: "zero_shot",
  description:
    "The question, its lettered choices, and the instruction to answer 'ANSWER: $LETTER'. The last such line counts, else " +
    "the last such text anywhere.",
  source: "inspect_ai 0.3.285, solver/_multiple_choice.py: SINGLE_ANSWER_TEMPLATE and parse_answers",
  needs: { choices: true },
  prompt: userPrompt((sample) => choicePrompt(sample.input, sample)),
  read: byRule(inspectLetter),
};
