import { expect, test } from "bun:test";
import { GROWTH_MAX, growthOf } from "./growth.ts";

const work = { sum: 0 };

test("work in proportion to the size stays below the bound", async () => {
  const growth = await growthOf((size) => {
    const numbers = Float64Array.from({ length: size }, (_, index) => index);
    return () => {
      for (const number of numbers) work.sum += Math.sqrt(number);
    };
  }, 1_000_000);
  expect(growth).toBeLessThan(GROWTH_MAX);
});

test("work in proportion to the square of the size does not", async () => {
  const growth = await growthOf(
    (size) => () => {
      for (let row = 0; row < size; row++)
        for (let column = 0; column < size; column++) work.sum += row ^ column;
    },
    8_000,
  );
  expect(growth).toBeGreaterThan(GROWTH_MAX);
});
