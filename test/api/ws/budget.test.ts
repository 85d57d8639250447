import { expect, test } from "bun:test";
import { createBudget, createBudgets } from "../../../src/api/ws/budget.ts";

const RATE = { per_second: 100, capacity: 150 };

/** Returns how many single units a budget gives until it refuses one. */
function unitsIn(budget: { spend(units: number): boolean }): number {
  let units = 0;
  while (budget.spend(1)) units++;
  return units;
}

test("a budget holds its capacity, refills with time, and never holds more", () => {
  let time = 0;
  const budget = createBudget(RATE, () => time);
  expect(unitsIn(budget)).toBe(150);
  time = 250;
  expect(unitsIn(budget)).toBe(25);
  time = 1_000_000;
  expect(unitsIn(budget)).toBe(150);
});

test("a cost above what is left is refused as a whole, and takes nothing", () => {
  const budget = createBudget(RATE, () => 0);
  expect(budget.spend(151)).toBe(false);
  expect(budget.spend(150)).toBe(true);
  expect(budget.spend(1)).toBe(false);
});

test("each key has a budget of its own; those that are full again are forgotten", () => {
  let time = 0;
  const budgets = createBudgets(RATE, () => time);
  budgets.of("a").spend(150);
  expect(budgets.of("b").spend(10)).toBe(true);
  expect(budgets.of("a").spend(1)).toBe(false);
  time = 500;
  budgets.prune();
  expect(budgets.size).toBe(1);
  expect(budgets.of("a").spend(51)).toBe(false);
  time = 1_500;
  budgets.prune();
  expect(budgets.size).toBe(0);
});
