import { expect, test } from "bun:test";
import { boundsWithUnscored } from "../../src/statistics/unscored.ts";

test("the bounds score all unscored trials lowest, or highest", () => {
  // 80 of 90 right, ten unscored.
  expect(boundsWithUnscored({ total: 80, scored: 90, unscored: 10 }, [0, 1])).toEqual([0.8, 0.9]);
  expect(boundsWithUnscored({ total: 80, scored: 100, unscored: 0 }, [0, 1])).toEqual([0.8, 0.8]);
  expect(boundsWithUnscored({ total: 0, scored: 0, unscored: 4 }, [1, 5])).toEqual([1, 5]);
  expect(boundsWithUnscored({ total: 0, scored: 0, unscored: 0 }, [0, 1])).toBeNull();
});
