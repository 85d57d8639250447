import { indexOfLetter } from "../../domain/choice-letters.ts";
import type { Sample } from "../../domain/dataset.ts";
import type { HubDataset } from "../hub-dataset.ts";
import { byRule, type Protocol, userPrompt } from "../protocols/protocol.ts";

const CHOICES = ["no", "yes"];

const passageOf = ({ context = [] }: Sample): string => context.join("\n");

/** Returns the letter of the choice that is this word, in any case. */
const letterFor = (word: string | undefined, { choices = [] }: Sample): string | null => {
  const place = choices.findIndex((choice) => choice.toLowerCase() === word?.toLowerCase());
  return place < 0 ? null : String.fromCharCode(65 + place);
};

const wordOf = (letter: string): string => CHOICES[indexOfLetter(letter)] ?? letter;
const needs = { choices: true, context: true } as const;

const zeroShot: Protocol = {
  name: "zero_shot",
  description: "The passage, the question, and the instruction to answer only yes or no.",
  source: "inspect_evals 0.28.0, boolq/boolq.py: TEMPLATE, and a whole output of 'yes' or 'no' in any case",
  needs,
  shows_context: true,
  own_set_only: true,
  prompt: userPrompt(
    (sample) =>
      "\nGiven a passage, answer the subsequent question with either Yes or No. Include nothing else in your response." +
      `\n\nPassage: ${passageOf(sample)}\n\nQuestion: ${sample.input}\n`,
  ),
  read: byRule((output, sample) =>
    letterFor(/^[^\p{L}\p{N}]*(yes|no)[^\p{L}\p{N}]*$/iu.exec(output)?.[1], sample),
  ),
  write: (letter) => (wordOf(letter) === "yes" ? "Yes" : "No"),
};

/** The generative form in lm-evaluation-harness; its default form scores likelihoods. */
const seq2seq: Protocol = {
  name: "seq2seq",
  description:
    "The passage, the question and 'Answer:'. The first line must be yes or no, in any case and with any punctuation. " +
    "Temperature 0; the output stops at the end of a line.",
  source: "lm-evaluation-harness 0.4.13, lm_eval/tasks/super_glue/boolq/seq2seq.yaml (version 0.0)",
  needs,
  shows_context: true,
  own_set_only: true,
  params: { stop: ["\n\n", "\n"], temperature: 0 },
  prompt: userPrompt((sample) => `${passageOf(sample)}\nQuestion: ${sample.input}?\nAnswer:`),
  read: byRule((output, sample) => letterFor(output.trim().replace(/[!-/:-@[-`{-~]/g, ""), sample)),
  write: wordOf,
};

/** Its choices are yes and no, so that null models can answer it. */
export const boolq: HubDataset = {
  name: "boolq",
  description: "BoolQ (Clark et al. 2019): yes-or-no questions about a passage of Wikipedia.",
  license: "CC-BY-SA-3.0",
  repository: "google/boolq",
  folder: "data",
  split: "validation",
  size: 3_270,
  columns: ["question", "passage", "answer"],
  toSample: (cells, row) => ({
    id: String(row),
    input: cells.text("question"),
    choices: CHOICES,
    expected: [cells.letter("answer", cells.flag("answer") ? 1 : 0, CHOICES.length)],
    context: [cells.text("passage")],
  }),
  protocols: [zeroShot, seq2seq],
};
