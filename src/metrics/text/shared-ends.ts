/** Returns how many items two sequences share at their beginnings, and then at their ends. */
export function sharedEnds(one: ArrayLike<number>, other: ArrayLike<number>): { head: number; tail: number } {
  const shorter = Math.min(one.length, other.length);
  let head = 0;
  while (head < shorter && one[head] === other[head]) head++;
  let tail = 0;
  while (tail < shorter - head && one[one.length - 1 - tail] === other[other.length - 1 - tail]) tail++;
  return { head, tail };
}

/** Returns a sequence without the ends that it shares. */
export const between = (sequence: Uint32Array, { head, tail }: ReturnType<typeof sharedEnds>): Uint32Array =>
  sequence.subarray(head, sequence.length - tail);
