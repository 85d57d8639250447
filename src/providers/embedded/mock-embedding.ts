import { hashSeed } from "../../base/random.ts";

/** Numbers of a vector. */
const DIMENSIONS = 256;

/** Words in lower case, without what stands between them. */
const wordsIn = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/**
 * A text's words counted by the hashing trick (Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask
 * Learning"): a word's FNV-1a hash chooses one of 256 places and, by its highest bit, the sign with which it counts
 * there; the whole is of length 1. Texts with words in common are near each other, their meaning counts for nothing.
 * A text without words has zeros alone.
 */
export function hashedBagOfWords(text: string): number[] {
  const vector = new Array<number>(DIMENSIONS).fill(0);
  for (const word of wordsIn(text)) {
    const hash = hashSeed(word);
    const place = hash % DIMENSIONS;
    vector[place] = (vector[place] ?? 0) + (hash >>> 31 === 0 ? 1 : -1);
  }
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((count) => count / length);
}
