import { Type } from "@sinclair/typebox";
import { badField } from "../../base/errors.ts";
import type { MetricFacts } from "../metric.ts";
import { proportion } from "../summary.ts";
import { countWords } from "../text/words.ts";
import { withParameters } from "../with-parameters.ts";

const UNITS = ["words", "characters"] as const;

const facts: MetricFacts = {
  name: "length",
  description:
    "Whether the length of the output is within bounds: at least `min` and at most `max` words or characters.",
  unit: "ratio",
  range: [0, 1],
  binary: true,
  better: "higher",
  requires: [],
  source:
    "The length constraints of IFEval (Zhou et al. 2023, arXiv 2311.07911), with words by Unicode's rules (UAX #29), so " +
    "that they exist in scripts without spaces too. Characters are code points of the trimmed output.",
};

const Bound = Type.Integer({ minimum: 0, maximum: 10_000_000 });

const parameters = Type.Object(
  {
    unit: Type.Union(
      UNITS.map((unit) => Type.Literal(unit)),
      { default: "words" },
    ),
    min: Type.Optional(Bound),
    max: Type.Optional(Bound),
  },
  { additionalProperties: false },
);

const COUNT = {
  words: countWords,
  characters: (text: string): number => {
    let count = 0;
    for (const _ of text.trim()) count++;
    return count;
  },
};

export const length = withParameters(facts, parameters, ({ unit, min, max }) => {
  if (min === undefined && max === undefined)
    throw badField("max", "is missing, and so is 'min'; give at least one of them");
  if (min !== undefined && max !== undefined && min > max)
    throw badField("min", `is ${min}, above 'max' (${max})`, { accepted: { maximum: max } });
  return {
    score: ({ output }) => {
      const count = COUNT[unit](output);
      const within = count >= (min ?? 0) && count <= (max ?? Infinity);
      return { value: within ? 1 : 0, explanation: `${count} ${unit}` };
    },
    summarize: (values, clusters) => proportion(values, facts, clusters),
  };
});
