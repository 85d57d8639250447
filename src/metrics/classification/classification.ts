import { type Static, Type } from "@sinclair/typebox";
import { readAnswer } from "../../domain/answers/read.ts";
import { normalizeWords } from "../../domain/answers/words.ts";
import { indexOfLetter, letterOf } from "../../domain/choice-letters.ts";
import type { MetricSummary } from "../../domain/metric.ts";
import type { MetricFacts, Scorable, Score } from "../metric.ts";
import { summarizeCorpus } from "../overlap/corpus.ts";
import { scoreReferences } from "../references.ts";
import { proportion } from "../summary.ts";
import { withParameters } from "../with-parameters.ts";
import { CELLS, cellOf, confusionOf, LABELS_MAX, macroF1, mcc, NO_LABEL } from "./confusion.ts";

const facts: MetricFacts = {
  name: "classification",
  description:
    "How well labels are told apart: macro F1 or Matthews' correlation over a run, with the confusion matrix. A trial " +
    "scores 1 if its label is right.",
  unit: "ratio",
  range: [0, 1],
  better: "higher",
  requires: ["expected"],
  source:
    "scikit-learn's confusion_matrix, f1_score(average='macro', zero_division=0) over the labels that occur, and " +
    "matthews_corrcoef (Gorodkin 2004); an answer that is no label is wrong. With a seeded bootstrap over 10,000 resamples.",
};

const parameters = Type.Object(
  {
    labels: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
        minItems: 2,
        maxItems: LABELS_MAX,
        uniqueItems: true,
        description: "The labels; the letters of the choices if left out.",
      }),
    ),
    value: Type.Union([Type.Literal("macro_f1"), Type.Literal("mcc")], {
      default: "macro_f1",
      description: "The figure that runs are summed up and compared by.",
    }),
  },
  { additionalProperties: false },
);
type Params = Static<typeof parameters>;

export const classification = withParameters(facts, parameters, ({ labels, value }: Params) => {
  const scoreParts = value === "mcc" ? mcc : macroF1;
  const unit = value === "mcc" ? "coefficient" : facts.unit;
  const scale = { ...facts, unit, range: value === "mcc" ? ([-1, 1] as const) : facts.range };
  const cells = {
    count: CELLS,
    of: ([expected, answered]: readonly number[]) => cellOf(expected!, answered!),
  };
  return {
    ...scale,
    ...(labels ? {} : { choices_or: "labels" }),
    score: (sample) =>
      scoreReferences(sample, (references) =>
        labels ? scoreLabel(spelledOut(sample, references), labels) : scoreLabel(sample, lettersOf(sample)),
      ),
    summarize: (values, clusters) => proportion(values, scale, clusters),
    scoreParts,
    cells,
    async summarizeParts(parts, clusters): Promise<MetricSummary> {
      const summary = await summarizeCorpus({ parts, clusters }, scoreParts, { ...scale, cells });
      if (parts.length === 0) return summary;
      const counts = new Float64Array(CELLS);
      for (const part of parts) counts[cells.of(part)]!++;
      return { ...summary, confusion: confusionOf(counts, labels ?? usedLetters(parts)) };
    },
  };
});

const lettersOf = ({ choices = [] }: Scorable): string[] => choices.map((_, index) => letterOf(index));

/** Returns the letters from A to the last one that was expected or answered. */
function usedLetters(parts: readonly (readonly number[])[]): string[] {
  const last = parts
    .flat()
    .filter((index) => index !== NO_LABEL)
    .reduce((highest, index) => Math.max(highest, index), 0);
  return Array.from({ length: last + 1 }, (_, index) => letterOf(index));
}

/** Returns the sample with the texts of its choices in place of their letters. */
function spelledOut(sample: Scorable, references: readonly string[]): Scorable {
  const { choices, answer } = sample;
  if (!choices) return sample;
  const textOf = (letter: string): string => choices[indexOfLetter(letter.trim())] ?? letter;
  return { ...sample, expected: references.map(textOf), answer: answer === null ? null : textOf(answer) };
}

function scoreLabel(sample: Scorable, labels: readonly string[]): Score {
  if (labels.length === 0) return { value: null, reason: "the sample has no choices: name the labels" };
  const references = sample.expected ?? [];
  const expected = references.map((reference) => indexIn(labels, reference)).find((index) => index !== -1);
  if (expected === undefined) return { value: null, reason: "the expected answer is none of the labels" };
  const answered = answeredLabel(sample, labels);
  const note = answered === NO_LABEL ? { note: "the answer is no label" } : {};
  return { value: answered === expected ? 1 : 0, parts: [expected, answered], ...note };
}

const indexIn = (labels: readonly string[], text: string): number => {
  const normalized = normalizeWords(text);
  return labels.findIndex((label) => normalizeWords(label) === normalized);
};

/** Returns the label that the protocol read, or that the output settles on if the labels are its choices. */
function answeredLabel({ answer, output, choices }: Scorable, labels: readonly string[]): number {
  const read = answer === null ? -1 : indexIn(labels, answer);
  if (read !== -1) return read;
  if (choices) return NO_LABEL;
  const letter = readAnswer(output, { choices: labels }).answer;
  return letter === null ? NO_LABEL : indexOfLetter(letter);
}
