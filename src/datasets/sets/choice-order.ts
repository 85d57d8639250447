import { createRandom, shuffledIndices } from "../../base/random.ts";
import { indexOfLetter, letterOf } from "../../domain/choice-letters.ts";

/**
 * Returns the choices of a row in a random order, and the letter of the right one in it. The order depends only on
 * the row's number and the seed. In sets whose right choice always has the same place, that place would reveal it.
 */
export function shuffledChoices(
  texts: readonly string[],
  right: string,
  { seed, row }: { seed: number; row: number },
) {
  const order = [...shuffledIndices(texts.length, createRandom(`${seed}:${row}`))];
  return {
    choices: order.flatMap((place) => texts[place] ?? []),
    expected: [letterOf(order.indexOf(indexOfLetter(right)))],
  };
}
