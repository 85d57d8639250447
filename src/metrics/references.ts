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

/** UTF-16 units of output and references together, up to which words and n-grams are counted: some two seconds' work. */
const COUNTED_MAX = 2_500_000;

/** As `scoreWording`, for measures that count what is in the texts: null of texts that would take long. */
export function scoreCounts(sample: Scorable, measure: Measure): Score {
  return scoreWording(sample, (references) => {
    const length = references.reduce((sum, reference) => sum + reference.length, sample.output.length);
    if (length > COUNTED_MAX)
      return { value: null, reason: "the texts are too long for what is in them to be counted" };
    return measure(references);
  });
}

/** 1 where any reference meets the test, else 0. */
export const scoreMatch = (
  references: readonly string[],
  matches: (reference: string) => boolean,
): Score => ({
  value: references.some(matches) ? 1 : 0,
});
