import { hashSeed } from "../../base/random.ts";

/** Dimensions of a vector. */
const DIMENSIONS = 256;

/** Returns the words in lower case. */
const wordsIn = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/**
 * Embeds a text by the hashing trick (Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask
 * Learning"). A word's FNV-1a hash chooses one of 256 dimensions, and its highest bit the sign with which the word
 * counts there; the vector has length 1. Texts with words in common are near each other; their meaning does not
 * count. A text without words has only zeros.
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
