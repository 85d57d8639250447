import { textsOf } from "./asking/texts.ts";
import { explain, ITEMS_MAX, judgeItems, tooMany, verdictQuestion } from "./asking/verdicts.ts";
import { createJudged, type Procedure } from "./judged-metric.ts";

const COUNTS = { yes: 1, no: 0 };

/** Returns the mean of precision@k over the ranks k of useful passages; 0 if none is useful. */
export function averagePrecision(useful: readonly boolean[]): number {
  let [found, sum] = [0, 0];
  for (const [index, is_useful] of useful.entries()) {
    if (!is_useful) continue;
    found++;
    sum += found / (index + 1);
  }
  return found === 0 ? 0 : sum / found;
}

const question = verdictQuestion(
  "The items are passages that were found for the input. Say of each whether it was of use in arriving at the expected " +
    "answer: yes or no.",
  COUNTS,
);

const procedure: Procedure = {
  questions: [question],
  counts: COUNTS,
  needs: () => ["expected", "context"],
  async judge(ask, sample) {
    const passages = sample.context ?? [];
    if (passages.length > ITEMS_MAX) return tooMany(passages.length, "passages");
    const texts = textsOf(sample, ["input", "expected"]);
    const verdicts = await judgeItems(ask, { question, counts: COUNTS, items: passages, texts });
    const value = averagePrecision(verdicts.map(({ word }) => word === "yes"));
    return { value, explanation: explain(verdicts) };
  },
};

/**
 * Ragas asks about each passage separately; this metric, like DeepEval, asks about all of them at once. The formula
 * is the same.
 */
export const contextPrecision = createJudged(
  {
    name: "context_precision",
    description: "Whether the useful passages of the context come before the useless ones.",
    source:
      "Average precision: Ragas' ContextPrecisionWithReference (explodinggradients/ragas, " +
      "metrics/collections/context_precision at 79d4716) and DeepEval's contextual precision.",
    requires: ["judge", "expected", "context"],
  },
  procedure,
);
