import { expect, test } from "bun:test";
import { createComparer } from "../../../src/metrics/algebra/comparer.ts";

const compare = createComparer();

/** Compares two answers as the worker does, in this process. */
export const verdictOf = (answer: string, reference: string) =>
  compare({ answer, reference, unordered: false });

/** Tests that each pair is equal, or that each is different, in both directions. */
export function testPairs(
  equality: "equal" | "different",
  pairs: readonly (readonly [string, string])[],
): void {
  test.each(pairs.map(([left, right]) => [left, right] as const))(`${equality}: %s and %s`, (left, right) => {
    expect(verdictOf(left, right).equality).toBe(equality);
    expect(verdictOf(right, left).equality).toBe(equality);
  });
}
