import { letterOf } from "../../domain/choice-letters.ts";
import type { Sample } from "../../domain/dataset.ts";
import type { BuiltinDataset } from "../dataset.ts";
import { refuseUnknown } from "./settings.ts";
import questions from "./starter.json" with { type: "json" };

const toSample = ({ id, group, input, choices, expected }: (typeof questions)[number]): Sample => ({
  id,
  input,
  choices,
  expected: [letterOf(expected)],
  group,
});

/** Hand-written multiple choice; the file holds the right choice as a zero-based index. */
export const starter: BuiltinDataset = {
  name: "starter",
  description:
    "A hundred hand-written multiple-choice questions in ten groups, with balanced answer positions.",
  size: questions.length,
  samples(settings) {
    refuseUnknown("starter", settings, []);
    return questions.map(toSample);
  },
};
