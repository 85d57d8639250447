import type { HubDataset } from "../hub-dataset.ts";
import { zeroShot as plainZeroShot } from "../protocols/multiple-choice.ts";
import type { Protocol } from "../protocols/protocol.ts";
import { capitalize, strip } from "../protocols/python-text.ts";

/** `preprocess`: what is in brackets is left from WikiHow's pages. */
const cleaned = (text: string): string =>
  strip(text)
    .replaceAll(" [title]", ". ")
    .replace(/\[[^\n\]]*\]/g, "")
    .replaceAll("  ", " ");

const zeroShot: Protocol = {
  ...plainZeroShot,
  source:
    "the story and its endings as lm-evaluation-harness 0.4.13 has them (lm_eval/tasks/hellaswag/utils.py), asked as " +
    `inspect_evals 0.28.0 does (hellaswag/hellaswag.py, SYSTEM_MESSAGE), by ${plainZeroShot.source}`,
  prompt: (sample, shots) => [
    { role: "system", content: "\nChoose the most plausible continuation for the story.\n" },
    ...plainZeroShot.prompt(sample, shots),
  ],
};

/** Stories and how they go on, cleaned as lm-evaluation-harness does. The labels of the test split are secret. */
export const hellaswag: HubDataset = {
  name: "hellaswag",
  description: "HellaSwag (Zellers et al. 2019): which of four endings continues a story of everyday life.",
  license: "MIT",
  repository: "Rowan/hellaswag",
  folder: "data",
  split: "validation",
  size: 10_042,
  columns: ["ctx_a", "ctx_b", "activity_label", "endings", "label"],
  toSample(cells, row) {
    const context = `${cells.text("ctx_a")} ${capitalize(cells.text("ctx_b"))}`;
    const activity = cells.text("activity_label");
    const choices = cells.texts("endings").map(cleaned);
    const expected = [cells.letter("label", Number(cells.text("label") || "none"), choices.length)];
    return { id: String(row), input: cleaned(`${activity}: ${context}`), choices, expected };
  },
  protocols: [zeroShot],
};
