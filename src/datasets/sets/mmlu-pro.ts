import { indexOfLetter, letterOf } from "../../domain/choice-letters.ts";
import type { Sample } from "../../domain/dataset.ts";
import type { HubDataset } from "../hub-dataset.ts";
import { choiceLines, zeroShot as genericZeroShot, lettersOf } from "../protocols/multiple-choice.ts";
import { byRule, type Protocol, userPrompt } from "../protocols/protocol.ts";
import { firstOfGroup } from "../protocols/shots.ts";

const ABSENT = "N/A";

/** The reference's `format_example`, with the reasoning of the example. */
function example({ input, choices = [] }: Sample, reasoning: string): string {
  const options = choices.map((choice, index) => `${letterOf(index)}. ${choice}\n`).join("");
  return `Question: ${input}\nOptions: ${options}Answer: ${reasoning}\n\n`;
}

const THINK = "Let's think step by step.";

function solved(shot: Sample): string {
  const { reasoning } = shot.metadata ?? {};
  if (typeof reasoning !== "string" || reasoning === "") return example(shot, THINK);
  return example(shot, reasoning.startsWith("A: ") ? reasoning.slice(3) : reasoning);
}

/** Returns the last letter on the first line that has one, which is what a greedy `.*` before it finds. */
function lineLetter(output: string): string | undefined {
  const [first, ...later] = output.matchAll(/[aA]nswer:\s*([A-J])/g);
  if (!first) return undefined;
  const end = output.indexOf("\n", first.index);
  return later.findLast(({ index }) => end < 0 || index < end)?.[1] ?? first[1];
}

const lastLetter = (output: string): string | undefined =>
  output.match(/(?<![\p{L}\p{N}_])[A-J](?![\p{L}\p{N}_])/gu)?.at(-1);

/** The reference's `extract_answer`, `extract_again` and `extract_final`, each in linear time. */
function letterIn(output: string, { choices = [] }: Sample): string | null {
  const text = output.replaceAll("**", "");
  const letter = /answer is \(?([A-J])\)?/.exec(text)?.[1] ?? lineLetter(text) ?? lastLetter(text);
  return letter !== undefined && indexOfLetter(letter) < choices.length ? letter : null;
}

const fiveShot: Protocol = {
  name: "five_shot",
  description:
    "Five questions of the category solved with reasoning, then the question. The answer is the letter after " +
    "the first 'answer is', else the one after 'answer:', else the last letter that stands alone. Temperature 0.",
  source:
    "TIGER-AI-Lab/MMLU-Pro at f418b11, evaluate_from_api.py; there, an output without a letter gets a random answer; " +
    "here it is wrong",
  needs: { choices: true, group: true },
  shots: firstOfGroup(5),
  params: { temperature: 0 },
  prompt: userPrompt(
    (sample, shots) =>
      `The following are multiple choice questions (with answers) about ${sample.group}. Think step by` +
      ' step and then output the answer in the format of "The answer is (X)" at the end.\n\n' +
      shots.map(solved).join("") +
      example(sample, THINK),
  ),
  read: byRule(letterIn),
  write: (letter) => `The answer is (${letter}).`,
};

const zeroShot: Protocol = {
  ...genericZeroShot,
  description:
    "The question, its lettered choices, and the instruction to reason and to end with a line 'ANSWER: $LETTER'.",
  source: `inspect_evals 0.28.0, mmlu_pro/mmlu_pro.py: USER_PROMPT_TEMPLATE without few-shot examples; ${genericZeroShot.source}`,
  prompt: userPrompt(
    (sample) =>
      "Answer the following multiple choice question. The last line of your response should be of the following format: " +
      `'ANSWER: $LETTER' (without quotes) where LETTER is one of ${lettersOf(sample)}. Think step by step before ` +
      `answering.\n\nQuestion:\n${sample.input}\nOptions:\n${choiceLines(sample)}`,
  ),
};

/** Options 'N/A' only fill the ten places of the file; they are not choices. */
export const mmluPro: HubDataset = {
  name: "mmlu_pro",
  description:
    "MMLU-Pro (Wang et al. 2024): questions with up to ten choices in 14 categories. Name a single category " +
    "like this: 'mmlu_pro/computer science'.",
  license: "MIT",
  repository: "TIGER-Lab/MMLU-Pro",
  folder: "data",
  split: "test",
  shots: "validation",
  size: 12_032,
  columns: ["question_id", "question", "options", "answer", "cot_content", "category"],
  toSample(cells) {
    const options = cells.texts("options");
    const isChoice = (option: string | undefined) => option !== undefined && option !== ABSENT;
    const choices = options.filter(isChoice);
    const answer = indexOfLetter(cells.text("answer"));
    const place = isChoice(options[answer]) ? options.slice(0, answer).filter(isChoice).length : -1;
    const expected = [cells.letter("answer", place, choices.length)];
    const reasoning = cells.text("cot_content");
    return {
      id: String(cells.whole("question_id")),
      input: cells.text("question"),
      choices,
      expected,
      group: cells.text("category"),
      ...(reasoning === "" ? {} : { metadata: { reasoning } }),
    };
  },
  protocols: [fiveShot, zeroShot],
};
