/** How many items two sequences have in common at their beginnings, and then at their ends. */
export function sharedEnds(one: ArrayLike<number>, other: ArrayLike<number>): { head: number; tail: number } {
  const shorter = Math.min(one.length, other.length);
  let head = 0;
  while (head < shorter && one[head] === other[head]) head++;
  let tail = 0;
  while (tail < shorter - head && one[one.length - 1 - tail] === other[other.length - 1 - tail]) tail++;
  return { head, tail };
}

/** A sequence without what it shares with the other at either end. */
export const between = (sequence: Uint32Array, { head, tail }: ReturnType<typeof sharedEnds>): Uint32Array =>
  sequence.subarray(head, sequence.length - tail);
