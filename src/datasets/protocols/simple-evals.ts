import { letterOf } from "../../domain/choice-letters.ts";
import type { Sample } from "../../domain/dataset.ts";
import { choiceLines } from "./multiple-choice.ts";
import { byRule, type Protocol, userPrompt } from "./protocol.ts";

const letters = (choices: readonly string[]): string => choices.map((_, index) => letterOf(index)).join("");

const promptText = (sample: Sample): string =>
  "Answer the following multiple choice question. The last line of your response should be of the following format: " +
  `'Answer: $LETTER' (without quotes) where LETTER is one of ${letters(sample.choices ?? [])}. ` +
  `Think step by step before answering.\n\n${sample.input}\n\n${choiceLines(sample)}`;

/** In the order of `normalize_response` in common.py. */
const MARKUP = [
  "**",
  "$\\boxed{",
  "}$",
  "\\$",
  "$\\text{",
  "$",
  "\\mathrm{",
  "\\{",
  "\\text",
  "\\(",
  "\\mathbf{",
  "{",
  "\\boxed",
];

const withoutMarkup = (output: string): string =>
  MARKUP.reduce((text, markup) => text.replaceAll(markup, ""), output);

/**
 * The letter behind the first match, if it is one of the choices'. It is compared there as it was matched, so that
 * "answer: b" is no right answer.
 */
function firstLetter(pattern: RegExp, output: string, { choices = [] }: Sample): string | null {
  const letter = pattern.exec(output)?.[1] ?? "";
  return letter !== "" && letters(choices).includes(letter) ? letter : null;
}

const lastOf = ({ choices = [] }: Sample): string => letterOf(Math.max(choices.length, 1) - 1);

const SOURCE = "openai/simple-evals at ee3b031, common.py: QUERY_TEMPLATE_MULTICHOICE";
const DESCRIPTION =
  "Zero-shot with reasoning: the question, its choices and the request to end in 'Answer: $LETTER'. The first such " +
  "letter counts";

const form = {
  name: "cot",
  needs: { choices: true },
  prompt: userPrompt(promptText),
  write: (letter: string) => `Answer: ${letter}`,
};

/** simple-evals' form for MMLU in English. */
export const mmluCot: Protocol = {
  ...form,
  description: `${DESCRIPTION}; markdown and LaTeX are ignored.`,
  source: `${SOURCE}; mmlu_eval.py, the first (English) of MULTILINGUAL_ANSWER_REGEXES after normalize_response`,
  read: byRule((output, sample) =>
    firstLetter(new RegExp(`Answer\\s*:[ \\t]*([A-${lastOf(sample)}])`, "i"), withoutMarkup(output), sample),
  ),
};

/** simple-evals' form for GPQA. */
export const gpqaCot: Protocol = {
  ...form,
  description: `${DESCRIPTION}.`,
  source: `${SOURCE}, ANSWER_PATTERN_MULTICHOICE; gpqa_eval.py`,
  read: byRule((output, sample) =>
    firstLetter(new RegExp(`Answer[ \\t]*:[ \\t]*\\$?([A-${lastOf(sample)}])\\$?`, "i"), output, sample),
  ),
};
