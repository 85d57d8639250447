import { expect, test } from "bun:test";
import { createReadSize } from "../../src/base/read-size.ts";

const OPTIONS = { first: 10, most: 100, characters: 1_000 };

test("a read size doubles while items are small, up to its most", () => {
  const size = createReadSize(OPTIONS);
  const counts = [1, 2, 3, 4, 5].map(() => {
    const { count } = size;
    size.note(1_000);
    return count;
  });
  expect(counts).toEqual([10, 20, 40, 80, 100]);
});

test("it halves after each read of much text, and never reaches 0", () => {
  const size = createReadSize(OPTIONS);
  const counts = [1, 2, 3, 4, 5].map(() => {
    const { count } = size;
    size.note(1_001);
    return count;
  });
  expect(counts).toEqual([10, 5, 2, 1, 1]);
  size.note(0);
  expect(size.count).toBe(2);
});
