import type { Scorable, Score } from "./metric.ts";

type Measure<Result> = (references: readonly string[]) => Result;

/** Scores a sample against its references; null if it has none. */
export function scoreReferences<Result>({ expected }: Scorable, measure: Measure<Result>): Result | Score {
  if (!expected?.length) return { value: null, reason: "the sample has no expected answer" };
  return measure(expected);
}

/**
 * Like `scoreReferences`, for metrics that compare wording. A multiple-choice sample scores null: its reference is
 * a letter, which occurs in any text, and normalisation removes an "A" as an article.
 */
export function scoreWording<Result>(sample: Scorable, measure: Measure<Result>): Result | Score {
  if (sample.choices)
    return { value: null, reason: "a multiple-choice sample's reference is a letter, not a text" };
  return scoreReferences(sample, measure);
}

/**
 * The most UTF-16 units, in output and references together, whose words and n-grams are counted: about two seconds
 * of work.
 */
const COUNTED_MAX = 2_500_000;

/** Like `scoreWording`, for metrics that count words or n-grams: long texts score null. */
export function scoreCounts(sample: Scorable, measure: Measure<Score>): Score {
  return scoreWording(sample, (references) => {
    const length = references.reduce((sum, reference) => sum + reference.length, sample.output.length);
    if (length > COUNTED_MAX)
      return {
        value: null,
        reason: `output and references exceed ${COUNTED_MAX.toLocaleString("en")} characters together: too long to be counted`,
      };
    return measure(references);
  });
}

/** Returns 1 if any reference passes the test, else 0. */
export const scoreMatch = (
  references: readonly string[],
  matches: (reference: string) => boolean,
): Score => ({
  value: references.some(matches) ? 1 : 0,
});
