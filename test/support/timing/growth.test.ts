import { expect, test } from "bun:test";
import { GROWTH_MAX, growthOf } from "./growth.ts";

/** The growth of a work that takes as many steps as `stepsFor` says, by a clock that counts them. */
function growthOfSteps(stepsFor: (size: number) => number): Promise<number> {
  let steps = 0;
  const workOn = (size: number) => () => {
    steps += stepsFor(size);
  };
  return growthOf(workOn, 32_000, () => steps);
}

test("work in proportion to the size grows by 1", async () => {
  expect(await growthOfSteps((size) => size)).toBe(1);
});

test("work in proportion to the square of the size is above the bound", async () => {
  expect(await growthOfSteps((size) => size * size)).toBe(32);
  expect(await growthOfSteps((size) => size * size)).toBeGreaterThan(GROWTH_MAX);
});
