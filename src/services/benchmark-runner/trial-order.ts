import { createRandom, shuffledIndices } from "../../domain/random.ts";

/** Which sample is asked when. The same for every run of a benchmark, so that trials pair. */
export interface TrialOrder {
  /** Trials of one run. */
  readonly total: number;
  /** The sample's position in the dataset, and how often it was asked before. */
  at(index: number): { position: number; repeat: number };
  /** The index of that trial; undefined for one that is not part of this order. */
  indexOf(position: number, repeat: number): number | undefined;
}

/**
 * Goes through the samples in one seeded random order, again and again, until there are `iterations` trials:
 * a part of the dataset is a random part of it, and what a benchmark has when it is stopped is so too.
 *
 * @param positions the samples to choose from, by their position in the dataset
 */
export function createTrialOrder(positions: ArrayLike<number>, iterations: number, seed: number): TrialOrder {
  const count = positions.length;
  const order = shuffledIndices(count, createRandom(seed)).map((index) => positions[index] ?? 0);
  const places = new Map<number, number>();
  for (const [place, position] of order.entries()) places.set(position, place);
  return {
    total: iterations,
    at: (index) => ({ position: order[index % count] ?? 0, repeat: Math.floor(index / count) }),
    indexOf(position, repeat) {
      const place = places.get(position);
      const index = place === undefined ? Number.POSITIVE_INFINITY : repeat * count + place;
      return index < iterations ? index : undefined;
    },
  };
}
