import type { HubDataset } from "../hub-dataset.ts";
import { zeroShot as genericZeroShot } from "../protocols/multiple-choice.ts";
import type { Protocol } from "../protocols/protocol.ts";
import { capitalize, strip } from "../protocols/python-text.ts";

/** The reference's `preprocess`: brackets hold remains of WikiHow pages. */
const withoutBrackets = (text: string): string =>
  strip(text)
    .replaceAll(" [title]", ". ")
    .replace(/\[[^\n\]]*\]/g, "")
    .replaceAll("  ", " ");

const zeroShot: Protocol = {
  ...genericZeroShot,
  own_set_only: true,
  source:
    "the story and its endings as in lm-evaluation-harness 0.4.13 (lm_eval/tasks/hellaswag/utils.py), asked as " +
    `inspect_evals 0.28.0 does (hellaswag/hellaswag.py, SYSTEM_MESSAGE), by ${genericZeroShot.source}`,
  prompt: (sample, shots) => [
    { role: "system", content: "\nChoose the most plausible continuation for the story.\n" },
    ...genericZeroShot.prompt(sample, shots),
  ],
};

/** Stories and their continuations, cleaned as in lm-evaluation-harness. The labels of the test split are secret. */
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
    const choices = cells.texts("endings").map(withoutBrackets);
    const expected = [cells.letter("label", Number(cells.text("label") || "none"), choices.length)];
    return { id: String(row), input: withoutBrackets(`${activity}: ${context}`), choices, expected };
  },
  protocols: [zeroShot],
};
