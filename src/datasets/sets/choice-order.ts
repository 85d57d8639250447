import { createRandom, shuffledIndices } from "../../base/random.ts";
import { indexOfLetter, letterOf } from "../../domain/dataset.ts";

/**
 * The choices of a row in a random order that its number and the seed alone decide, and the letter of the right one
 * in it: in sets that always put the right one in the same place, that place would tell.
 */
export function shuffledChoices(texts: readonly string[], right: string, seed: number, row: number) {
  const order = [...shuffledIndices(texts.length, createRandom(`${seed}:${row}`))];
  return {
    choices: order.flatMap((place) => texts[place] ?? []),
    expected: [letterOf(order.indexOf(indexOfLetter(right)))],
  };
}
