import { expect, test } from "bun:test";
import { boundsWithUnscored } from "../../src/statistics/unscored.ts";

test("unscored trials are all wrong at the worst, all right at best", () => {
  // 80 of 90 right, ten unscored.
  expect(boundsWithUnscored(80, 90, 10, [0, 1])).toEqual([0.8, 0.9]);
  expect(boundsWithUnscored(80, 100, 0, [0, 1])).toEqual([0.8, 0.8]);
  expect(boundsWithUnscored(0, 0, 4, [1, 5])).toEqual([1, 5]);
  expect(boundsWithUnscored(0, 0, 0, [0, 1])).toBeNull();
});
