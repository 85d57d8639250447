import type { HubDataset } from "../hub-dataset.ts";
import { choiceLines, zeroShot as genericZeroShot, lettersOf } from "../protocols/multiple-choice.ts";
import { type Protocol, userPrompt } from "../protocols/protocol.ts";

const zeroShot: Protocol = {
  ...genericZeroShot,
  own_set_only: true,
  description:
    "The sentence with its blank, the two options, and the instruction to answer 'ANSWER: $LETTER'. lm-evaluation-harness " +
    "scores likelihoods instead, which chat models do not report.",
  source: `inspect_evals 0.28.0, winogrande/winogrande.py: USER_PROMPT_TEMPLATE without few-shot examples; ${genericZeroShot.source}`,
  prompt: userPrompt(
    (sample) =>
      "Answer the following multiple choice question by choosing the best logical option to replace the [BLANK]. The " +
      "entire content of your response should be of the following format: 'ANSWER: $LETTER' (without quotes) where " +
      `LETTER is one of ${lettersOf(sample)}.\n\nSentence: ${sample.input.replaceAll("_", "[BLANK]")}\n${choiceLines(sample)}\n`,
  ),
};

/** The input is the sentence with `_` for the blank. */
export const winogrande: HubDataset = {
  name: "winogrande",
  description: "WinoGrande (Sakaguchi et al. 2020): which of two options fills the blank of a sentence.",
  license: "Apache-2.0 (code), CC-BY (data)",
  repository: "allenai/winogrande",
  folder: "winogrande_xl",
  split: "validation",
  size: 1_267,
  columns: ["sentence", "option1", "option2", "answer"],
  toSample(cells, row) {
    const choices = [cells.text("option1"), cells.text("option2")];
    const expected = [cells.letter("answer", Number(cells.text("answer")) - 1, choices.length)];
    return { id: String(row), input: cells.text("sentence"), choices, expected };
  },
  protocols: [zeroShot],
};
