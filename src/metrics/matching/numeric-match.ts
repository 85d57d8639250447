import { Type } from "@sinclair/typebox";
import type { MetricFacts } from "../metric.ts";
import { scoreMatch, scoreWording } from "../references.ts";
import { proportion } from "../summary.ts";
import { withParameters } from "../with-parameters.ts";

const MODES = ["flexible", "strict"] as const;

const facts: MetricFacts = {
  name: "numeric_match",
  description:
    "Whether a number of the output equals the reference: the last number, or the first one after ####.",
  unit: "ratio",
  range: [0, 1],
  binary: true,
  better: "higher",
  requires: ["expected"],
  source:
    "GSM8K's strict-match and flexible-extract of lm-evaluation-harness (EleutherAI), task version 3.0 " +
    "(Cobbe et al. 2021, arXiv 2110.14168).",
};

const parameters = Type.Object(
  {
    mode: Type.Union(
      MODES.map((mode) => Type.Literal(mode)),
      {
        default: "flexible",
        description: "`flexible`: the last number; `strict`: the first number after '#### '.",
      },
    ),
  },
  { additionalProperties: false },
);

const STRICT = /#### (-?[0-9.,]+)/;
const FLEXIBLE = /-?[$0-9.,]{2,}|-?[0-9]+/g;

const extract = {
  strict: (output: string): string | undefined => STRICT.exec(output)?.[1],
  flexible: (output: string): string | undefined => output.match(FLEXIBLE)?.at(-1),
};

/** What the harness leaves out before it compares, in its order; its `$` also stands before a final new line. */
const compared = (text: string): string =>
  behindMark(text.replaceAll(",", "").replaceAll("$", ""))
    .replace(/\.(?=\n?$)/, "")
    .toLowerCase();

function behindMark(text: string): string {
  const mark = text.lastIndexOf("#### ");
  return mark < 0 ? text : text.slice(mark + "#### ".length);
}

/**
 * 1 where the texts of the numbers are equal without commas, dollar signs and a final full stop, else 0: "42" is not
 * "42.0" (`accuracy` compares as numbers). A reference may be GSM8K's whole answer, which ends with "#### n"; white space
 * at its ends is left out. No number in the output is 0.
 */
export const numericMatch = withParameters(facts, parameters, ({ mode }) => ({
  score: (sample) =>
    scoreWording(sample, (references) => {
      const found = extract[mode](sample.output);
      if (found === undefined) return { value: 0, explanation: NO_NUMBER, note: NO_NUMBER };
      const number = compared(found);
      return scoreMatch(references, (reference) => compared(reference.trim()) === number);
    }),
  summarize: (values, clusters) => proportion(values, facts, clusters),
}));

const NO_NUMBER = "no number was found in the output";
