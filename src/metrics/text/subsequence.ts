import { between, sharedEnds } from "./shared-ends.ts";
import { type TableBudget, takeCells } from "./table-budget.ts";

/** Bits of a block: two blocks and a carry must fit into a signed 32-bit integer. */
const BITS = 30;
const FULL = 2 ** BITS - 1;

/**
 * Returns the length of the longest common subsequence of two sequences of numbers below `distinct`. The algorithm
 * is bit-parallel: it holds a row of the table as bits and handles BITS of them per step (Crochemore et al., Inf.
 * Process. Lett. 80 (2001); Hyyrö, AWOCA 2004). It takes |one| · |other| / 30 steps, without shared ends; memory
 * grows with |other| and `distinct` alone. Returns null if the table exceeds the budget.
 */
export function longestCommonSubsequence(
  one: Uint32Array,
  other: Uint32Array,
  { distinct, budget }: { distinct: number; budget: TableBudget },
): number | null {
  const ends = sharedEnds(one, other);
  const [rows, columns] = [between(one, ends), between(other, ends)];
  if (!takeCells(budget, rows.length * columns.length)) return null;
  const masks = new Int32Array(distinct);
  const carries = new Uint8Array(columns.length);
  let length = ends.head + ends.tail;
  for (let start = 0; start < rows.length; start += BITS) {
    const block = rows.subarray(start, start + BITS);
    for (const [bit, item] of block.entries()) masks[item]! |= 1 << bit;
    length += block.length - bitsIn(passBlock(masks, columns, carries) & (2 ** block.length - 1));
    for (const item of block) masks[item] = 0;
  }
  return length;
}

/**
 * Returns the bits of a block after all columns: each cleared bit is a step of the subsequence. Carries go to the
 * next block.
 */
function passBlock(masks: Int32Array, columns: Uint32Array, carries: Uint8Array): number {
  let row = FULL;
  for (let column = 0; column < columns.length; column++) {
    const mask = masks[columns[column]!]!;
    const sum = row + (row & mask) + carries[column]!;
    carries[column] = sum >>> BITS;
    row = (sum & FULL) | (row & ~mask);
  }
  return row;
}

function bitsIn(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count++;
  return count;
}
