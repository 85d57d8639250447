import type { Scorable, Score } from "./metric.ts";

type Measure = (references: readonly string[]) => Score;

/** Scores a sample against its references; null where it has none. */
export function scoreReferences({ expected }: Scorable, measure: Measure): Score {
  if (!expected?.length) return { value: null, reason: "the sample has no expected answer" };
  return measure(expected);
}

/**
 * As `scoreReferences`, for measures of wording: null of a multiple-choice sample too. Its reference is a letter,
 * which occurs in any text and, where it is an A, falls away as an article.
 */
export function scoreWording(sample: Scorable, measure: Measure): Score {
  if (sample.choices)
    return { value: null, reason: "a multiple-choice sample's reference is a letter, not a text" };
  return scoreReferences(sample, measure);
}

/** 1 where any reference meets the test, else 0. */
export const scoreMatch = (
  references: readonly string[],
  matches: (reference: string) => boolean,
): Score => ({
  value: references.some(matches) ? 1 : 0,
});
