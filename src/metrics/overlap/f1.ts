import type { Metric } from "../metric.ts";
import { scoreCounts } from "../references.ts";
import { mean } from "../summary.ts";
import { type Bag, bagOf, sharedSize } from "../text/bag.ts";
import { fMeasure } from "../text/f-measure.ts";
import { squadTokens } from "../text/normalize.ts";
import { hasUnspaced, splitUnspaced } from "../text/scripts.ts";

const SPLIT = "words of scripts without spaces were split: Chinese and Japanese into characters";

/**
 * Token F1 of the output against the best reference: `compute_f1` of the official SQuAD 2.0 script. That script
 * separates tokens at spaces alone; here Chinese and Japanese are also split into characters, as MLQA's and CMRC
 * 2018's scripts do, and other scripts without spaces into words. References that normalise to nothing are ignored; if
 * all do, only an empty output is right.
 */
export const f1: Metric = {
  name: "f1",
  description:
    "Words that the output shares with the nearest reference: harmonic mean of precision and recall. In Chinese and " +
    "Japanese, each character counts as a word.",
  unit: "ratio",
  range: [0, 1],
  better: "higher",
  slow: true,
  requires: ["expected"],
  source:
    "F1 of the official SQuAD 2.0 evaluation script (Rajpurkar, Jia & Liang 2018, arXiv 1806.03822); characters of " +
    "scripts without spaces as in MLQA (Lewis et al. 2020, arXiv 1910.07475).",
  score: (sample) =>
    scoreCounts(sample, (references) => {
      const value = bestF1(sample.output, references);
      return [sample.output, ...references].some(hasUnspaced) ? { value, note: SPLIT } : { value };
    }),
  summarize: (values, clusters) => mean(values, f1, clusters),
};

const tokensOf = (text: string): Bag => bagOf(squadTokens(text).flatMap(splitUnspaced));

function bestF1(output: string, references: readonly string[]): number {
  const given = tokensOf(output);
  const wanted = references.map(tokensOf).filter((bag) => bag.size > 0);
  if (wanted.length === 0) return given.size === 0 ? 1 : 0;
  return Math.max(...wanted.map((bag) => f1Of(given, bag)));
}

const f1Of = (given: Bag, wanted: Bag): number =>
  fMeasure(sharedSize(wanted, given), given.size, wanted.size);
