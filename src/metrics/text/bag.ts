/** A bag of words: the count of each word, and the number of words. */
export interface Bag {
  readonly counts: ReadonlyMap<string, number>;
  readonly size: number;
}

export function bagOf(words: readonly string[]): Bag {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return { counts, size: words.length };
}

/** Returns the size of the intersection of two bags: a word counts as often as both have it. */
export function sharedSize(one: Bag, other: Bag): number {
  let shared = 0;
  for (const [word, count] of one.counts) shared += Math.min(count, other.counts.get(word) ?? 0);
  return shared;
}

/** Returns the cosine of the angle between two vectors of word counts, 0 to 1; 0 for an empty bag. */
export function cosine(one: Bag, other: Bag): number {
  let product = 0;
  for (const [word, count] of one.counts) product += count * (other.counts.get(word) ?? 0);
  return product === 0 ? 0 : product / Math.sqrt(squaredLength(one) * squaredLength(other));
}

function squaredLength({ counts }: Bag): number {
  let square = 0;
  for (const count of counts.values()) square += count * count;
  return square;
}
