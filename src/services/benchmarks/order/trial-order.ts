import { createRandom, shuffledIndices } from "../../../base/random.ts";

/** The order in which samples are asked. It is the same for every run of a benchmark, so that trials pair. */
export interface TrialOrder {
  /** Number of trials of one run. */
  readonly total: number;
  /** Number of different samples: trial i is of the same sample as trial i + samples. */
  readonly samples: number;
  /** Returns the sample's position in the dataset, and how often it was asked before. */
  at(index: number): { position: number; repeat: number };
  /** Returns the index of a trial; undefined if it is not part of this order. */
  indexOf(position: number, repeat: number): number | undefined;
}

const NOWHERE = 0xffff_ffff;

/**
 * Returns the place of each position in the order. Arrays and plain loops are used here and below: for five million
 * samples, a map would take hundreds of megabytes, and iterators would hold the event loop for a second.
 */
function placesOf(order: Uint32Array): Uint32Array {
  let last = 0;
  for (let place = 0; place < order.length; place++) last = Math.max(last, order[place] ?? 0);
  const places = new Uint32Array(last + 1).fill(NOWHERE);
  for (let place = 0; place < order.length; place++) places[order[place] ?? 0] = place;
  return places;
}

/**
 * Creates one seeded random order of the samples, repeated until there are `iterations` trials. Fewer trials than samples
 * are thus a random part of the dataset, and so are the trials of a benchmark that was stopped.
 *
 * @param positions the samples to choose from, by their position in the dataset
 */
export function createTrialOrder(positions: ArrayLike<number>, iterations: number, seed: number): TrialOrder {
  const count = positions.length;
  const order = shuffledIndices(count, createRandom(seed));
  for (let place = 0; place < count; place++) order[place] = positions[order[place] ?? 0] ?? 0;
  const places = placesOf(order);
  return {
    total: iterations,
    samples: count,
    at: (index) => ({ position: order[index % count] ?? 0, repeat: Math.floor(index / count) }),
    indexOf(position, repeat) {
      const place = places[position] ?? NOWHERE;
      const index = place === NOWHERE ? Number.POSITIVE_INFINITY : repeat * count + place;
      return index < iterations ? index : undefined;
    },
  };
}
