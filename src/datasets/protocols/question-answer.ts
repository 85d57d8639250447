import { answerMarks } from "../../domain/answers/answer-marks.ts";
import type { Sample } from "../../domain/dataset.ts";
import { isNumber, lastNumber } from "./numbers.ts";
import { type Protocol, userPrompt } from "./protocol.ts";

const DECORATION = " \t\r\n*_`";

/** As `trim`, of markdown too; a regular expression would take quadratic time for long runs of blanks. */
function bare(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && DECORATION.includes(text.charAt(start))) start++;
  while (end > start && DECORATION.includes(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** What stands behind the last line that begins with `ANSWER:`, be it on the line after. */
function declaredAnswer(output: string): string | null {
  const [last] = answerMarks(output).anchored;
  if (last === undefined) return null;
  const [line = ""] = bare(output.slice(last)).split("\n", 1);
  return bare(line) || null;
}

/** What an output declares as its answer, or else says last. */
export function finalAnswer(output: string, { expected = [] }: Sample): string | null {
  const declared = declaredAnswer(output);
  if (expected.length === 0 || !expected.every(isNumber)) return declared ?? (output.trim() || null);
  return declared === null ? lastNumber(output) : (lastNumber(declared) ?? declared);
}

/** Free-text questions, sent as they are: no instruction is added, and the model's own `system` prompt applies. */
export const questionAnswer: Protocol = {
  name: "question_answer",
  description:
    "The input as it is. The answer is what follows the last line 'ANSWER:'; else, where the references are numbers, " +
    "the last number of the output; else the whole output, trimmed.",
  source:
    "this project's; the last number as in lm-evaluation-harness' flexible extraction for GSM8K (tasks/gsm8k, flexible-extract)",
  needs: { choices: false },
  prompt: userPrompt(({ input }) => input),
  extract: finalAnswer,
};
