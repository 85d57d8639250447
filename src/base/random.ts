/**
 * Returns a generator of numbers from 0 up to, but not including, 1. The same seed gives the same sequence on every
 * platform. Source: mulberry32 (Tommy Ettinger, public domain), 32 bits of state, passes gjrand's small tests.
 * It is for sampling and simulation, never for secrets.
 */
export function createRandom(seed: number | string): () => number {
  let state = typeof seed === "number" ? seed >>> 0 : hashSeed(seed);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Returns the 32-bit FNV-1a hash of the UTF-16 code units. It makes one seed of several parts: `"7:sample-3:0"`. */
export function hashSeed(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** Returns the indices from 0 to count − 1 in a random order (Fisher–Yates). */
export function shuffledIndices(count: number, random: () => number): Uint32Array {
  const indices = new Uint32Array(count);
  for (let index = 0; index < count; index++) indices[index] = index;
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const moved = indices[last]!;
    indices[last] = indices[other]!;
    indices[other] = moved;
  }
  return indices;
}
