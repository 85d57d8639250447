import type { HubDataset } from "../hub-dataset.ts";
import { zeroShot } from "../protocols/multiple-choice.ts";
import { gpqaCot } from "../protocols/simple-evals.ts";
import { shuffledChoices } from "./choice-order.ts";

const SEED = 0;
const ANSWERS = ["Correct Answer", "Incorrect Answer 1", "Incorrect Answer 2", "Incorrect Answer 3"];

/** The hub stores it as CSV. Its publishers ask not to reveal its questions in plain text. */
export const gpqaDiamond: HubDataset = {
  name: "gpqa_diamond",
  description:
    "GPQA, diamond subset (Rein et al. 2023): graduate questions in biology, chemistry and physics, with four choices. " +
    "The reference asks each question four times: iterations 792.",
  license: "CC-BY-4.0",
  repository: "Idavidrein/gpqa",
  folder: { file: "gpqa_diamond.csv" },
  split: "train",
  size: 198,
  gated: true,
  columns: ["Record ID", "Question", ...ANSWERS, "High-level domain"],
  choice_seed: SEED,
  toSample(cells, row) {
    const texts = ANSWERS.map(cells.text);
    const id = cells.text("Record ID");
    const group = cells.text("High-level domain");
    return { id, input: cells.text("Question"), ...shuffledChoices(texts, "A", { seed: SEED, row }), group };
  },
  protocols: [
    gpqaCot,
    { ...zeroShot, source: `inspect_evals 0.28.0, gpqa/gpqa.py with cot=false, by ${zeroShot.source}` },
  ],
};
