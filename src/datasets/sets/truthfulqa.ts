import type { HubDataset } from "../hub-dataset.ts";
import { zeroShot } from "../protocols/multiple-choice.ts";
import { shuffledChoices } from "./choice-order.ts";

const SEED = 0;

/** The single-answer form. In the file the true answer is always the first. */
export const truthfulqaMc1: HubDataset = {
  name: "truthfulqa_mc1",
  description:
    "TruthfulQA, MC1 (Lin et al. 2022): questions that many people answer falsely, with one true answer among 2 to 13 choices.",
  license: "Apache-2.0",
  repository: "truthfulqa/truthful_qa",
  folder: "multiple_choice",
  split: "validation",
  size: 817,
  columns: ["question", "mc1_targets"],
  choice_seed: SEED,
  toSample(cells, row) {
    const targets = cells.within("mc1_targets");
    const texts = targets.texts("choices");
    const right = targets.letter("labels", targets.numbers("labels").indexOf(1), texts.length);
    return {
      id: String(row),
      input: cells.text("question"),
      ...shuffledChoices(texts, right, { seed: SEED, row }),
    };
  },
  protocols: [
    {
      ...zeroShot,
      source: `inspect_evals 0.28.0, truthfulqa/truthfulqa.py with target mc1, by ${zeroShot.source}; the order of the choices is our own`,
    },
  ],
};
