import type { HubDataset } from "../hub-dataset.ts";
import { zeroShot } from "../protocols/multiple-choice.ts";

const arc = (level: "Easy" | "Challenge", size: number): HubDataset => ({
  name: `arc_${level.toLowerCase()}`,
  description: `AI2 Reasoning Challenge, ${level} (Clark et al. 2018): school science questions with three to five choices.`,
  license: "CC-BY-SA-4.0",
  repository: "allenai/ai2_arc",
  folder: `ARC-${level}`,
  split: "test",
  size,
  columns: ["id", "question", "choices", "answerKey"],
  toSample(cells) {
    const { texts } = cells.within("choices");
    const choices = texts("text");
    // Some questions label their choices with letters, others with numbers.
    const place = texts("label").indexOf(cells.text("answerKey"));
    const expected = [cells.letter("answerKey", place, choices.length)];
    return { id: cells.text("id"), input: cells.text("question"), choices, expected };
  },
  protocols: [{ ...zeroShot, source: `inspect_evals 0.28.0, arc/arc.py, by ${zeroShot.source}` }],
});

export const arcEasy = arc("Easy", 2_376);
export const arcChallenge = arc("Challenge", 1_172);
