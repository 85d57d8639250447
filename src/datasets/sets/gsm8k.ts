import { foldDigits } from "../../domain/answers/numbers/digits.ts";
import type { Sample } from "../../domain/dataset.ts";
import type { HubDataset } from "../hub-dataset.ts";
import { byRule, type Protocol, userPrompt } from "../protocols/protocol.ts";
import { drawnInOrder } from "../protocols/shots.ts";

const question = ({ input }: Sample): string => `Question: ${input}\nAnswer:`;

/** The whole solution from the set; for an uploaded sample without one, its expected answer. */
const solved = (shot: Sample): string => {
  const { solution } = shot.metadata ?? {};
  return `${question(shot)} ${typeof solution === "string" ? solution : shot.expected?.[0]}\n\n`;
};

/** The metric's `regexes_to_ignore` in the reference. An empty result is no answer. */
const cleanNumber = (match: string): string | null => match.replace(/[,$]/g, "").replace(/\.$/, "") || null;

const SOURCE = "lm-evaluation-harness 0.4.13, lm_eval/tasks/gsm8k/gsm8k.yaml (version 3.0)";

const fiveShot: Protocol = {
  name: "five_shot",
  description:
    "Five solved problems of the train split, then the problem. The answer is the number after the first '####'. " +
    "The examples are those that lm-evaluation-harness draws for the whole test split. Temperature 0.",
  source: `${SOURCE}, filter strict-match`,
  needs: { choices: false },
  shots: drawnInOrder(5, 1234),
  params: { stop: ["Question:", "</s>", "<|im_end|>"], temperature: 0 },
  prompt: userPrompt((sample, shots) => shots.map(solved).join("") + question(sample)),
  read: byRule((output) => cleanNumber(/#### (-?[0-9.,]+)/.exec(output)?.[1] ?? "")),
};

const fiveShotFlexible: Protocol = {
  ...fiveShot,
  name: "five_shot_flexible",
  description: "Like five_shot, but the answer is the last number of the output, with or without '####'.",
  source: `${SOURCE}, filter flexible-extract`,
  read: byRule((output) => cleanNumber(output.match(/-?[$0-9.,]{2,}|-?[0-9]+/g)?.at(-1) ?? "")),
};

/** `strip_numeric_punctuation` of inspect_ai (_util/text.py). */
const withoutNumericPunctuation = (output: string): string =>
  output
    .replace(/\\([$,£€*_])/g, "$1")
    .replace(/[$,£€*_]/g, "")
    .replace(/\.(?=\s|$|\D)/g, "");

/** What Python's `float` takes, `nan` and `inf` aside. */
const FLOAT = /^[-+]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][-+]?\d+)?$/;

/** Returns the last word that is a number, as `match(numeric=True)` of inspect_ai finds it (scorer/_common.py). */
const lastNumericWord = (output: string): string | null =>
  withoutNumericPunctuation(output)
    .split(/\s+/)
    .findLast((word) => FLOAT.test(foldDigits(word))) ?? null;

const zeroShot: Protocol = {
  name: "zero_shot",
  description:
    "The problem, and the instruction to reason and to end with a line 'ANSWER: $ANSWER'. The answer is the last word " +
    "of the output that is a number, without currency signs, commas and markdown.",
  source:
    "inspect_evals 0.28.0, gsm8k/gsm8k.py: MATH_PROMPT_TEMPLATE without few-shot examples; match(numeric=True) of " +
    "inspect_ai 0.3.285, scorer/_common.py",
  needs: { choices: false },
  prompt: userPrompt(
    ({ input }) =>
      'Solve the following math problem step by step. The last line of your response should be of the form "ANSWER: ' +
      `$ANSWER" (without quotes) where $ANSWER is the answer to the problem.\n\n${input}\n\n` +
      'Remember to put your answer on its own line at the end in the form "ANSWER: $ANSWER" (without quotes) where ' +
      "$ANSWER is the answer to the problem, and you do not need to use a \\boxed command.\n\nReasoning:",
  ),
  read: byRule(lastNumericWord),
};

/**
 * Grade-school mathematics. The expected answer is the number after `####`; the metadata hold the whole solution.
 */
export const gsm8k: HubDataset = {
  name: "gsm8k",
  description: "Grade School Math (Cobbe et al. 2021): word problems whose answer is a number.",
  license: "MIT",
  repository: "openai/gsm8k",
  folder: "main",
  split: "test",
  shots: "train",
  size: 1_319,
  columns: ["question", "answer"],
  toSample(cells, row) {
    const solution = cells.text("answer");
    const expected = [solution.slice(solution.lastIndexOf("####") + 4).trim()];
    return { id: String(row), input: cells.text("question"), expected, metadata: { solution } };
  },
  protocols: [fiveShot, fiveShotFlexible, zeroShot],
};
