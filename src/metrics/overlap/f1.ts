import type { Metric } from "../metric.ts";
import { scoreCounts } from "../references.ts";
import { mean } from "../summary.ts";
import { type Bag, bagOf, sharedSize } from "../text/bag.ts";
import { fMeasure } from "../text/f-measure.ts";
import { squadTokens } from "../text/normalize.ts";

/**
 * Token F1 of the output against the best reference: `compute_f1` of the official SQuAD 2.0 script. Tokens are
 * separated by spaces, so a text in a script without spaces is one token. References that normalise to nothing are
 * ignored; if all do, only an empty output is right.
 */
export const f1: Metric = {
  name: "f1",
  description:
    "Words that the output shares with the nearest reference: harmonic mean of precision and recall.",
  unit: "ratio",
  range: [0, 1],
  better: "higher",
  slow: true,
  requires: ["expected"],
  source: "F1 of the official SQuAD 2.0 evaluation script (Rajpurkar, Jia & Liang 2018, arXiv 1806.03822).",
  score: (sample) => scoreCounts(sample, (references) => ({ value: bestF1(sample.output, references) })),
  summarize: (values, clusters) => mean(values, f1, clusters),
};

function bestF1(output: string, references: readonly string[]): number {
  const given = bagOf(squadTokens(output));
  const wanted = references.map((reference) => bagOf(squadTokens(reference))).filter((bag) => bag.size > 0);
  if (wanted.length === 0) return given.size === 0 ? 1 : 0;
  return Math.max(...wanted.map((bag) => f1Of(given, bag)));
}

const f1Of = (given: Bag, wanted: Bag): number =>
  fMeasure(sharedSize(wanted, given), given.size, wanted.size);
