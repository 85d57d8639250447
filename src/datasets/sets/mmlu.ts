import { letterOf } from "../../domain/choice-letters.ts";
import type { Sample } from "../../domain/dataset.ts";
import type { HubDataset } from "../hub-dataset.ts";
import { zeroShot } from "../protocols/multiple-choice.ts";
import { plainLetter } from "../protocols/plain-letter.ts";
import { byRule, type Protocol, userPrompt } from "../protocols/protocol.ts";
import { strip } from "../protocols/python-text.ts";
import { firstOfGroup } from "../protocols/shots.ts";
import { mmluCot } from "../protocols/simple-evals.ts";

function question({ input, choices = [] }: Sample): string {
  const lines = choices.map((choice, index) => `${letterOf(index)}. ${choice}`);
  return [strip(input), ...lines, "Answer:"].join("\n");
}

const solved = (shot: Sample): string => `${question(shot)} ${shot.expected?.[0]}\n\n`;

const subjectOf = ({ group = "" }: Sample): string => group.replaceAll("_", " ");

/** The generative form in lm-evaluation-harness, as one user message. */
const fiveShot: Protocol = {
  name: "five_shot",
  description:
    "Five solved questions of the subject, then the question. The answer is the first line, if it is a single letter. " +
    "Temperature 0; the output stops at the end of a line.",
  source:
    "lm-evaluation-harness 0.4.13, lm_eval/tasks/mmlu/generative/_default_template_yaml (version 3.0), num_fewshot 5",
  needs: { choices: true, group: true },
  shots: firstOfGroup(5),
  params: { stop: ["</s>", "\n"], temperature: 0 },
  prompt: userPrompt(
    (sample, shots) =>
      `The following are multiple choice questions (with answers) about ${subjectOf(sample)}.\n\n` +
      shots.map(solved).join("") +
      question(sample),
  ),
  read: byRule((output, { choices = [] }) => plainLetter(output, choices.length)),
  write: (letter) => letter,
};

/** All 57 subjects; `mmlu/<subject>` names a single one. */
export const mmlu: HubDataset = {
  name: "mmlu",
  description:
    "Massive Multitask Language Understanding (Hendrycks et al. 2021): questions with four choices in 57 subjects. Name " +
    "a single subject like this: 'mmlu/abstract_algebra'.",
  license: "MIT",
  repository: "cais/mmlu",
  folder: "all",
  split: "test",
  shots: "dev",
  size: 14_042,
  columns: ["question", "subject", "choices", "answer"],
  toSample(cells, row) {
    const choices = cells.texts("choices");
    const expected = [cells.letter("answer", cells.whole("answer"), choices.length)];
    const group = cells.text("subject");
    return { id: String(row), input: cells.text("question"), choices, expected, group };
  },
  protocols: [zeroShot, fiveShot, mmluCot],
};
