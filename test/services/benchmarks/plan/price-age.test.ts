import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createPrices } from "../../../../src/providers/prices/index.ts";
import { priceAgeWarnings } from "../../../../src/services/benchmarks/plan/price-age.ts";
import { tempDirs } from "../../../support/temp-dir.ts";

const newDir = tempDirs();
const operator = join(newDir(), "prices.json");
writeFileSync(
  operator,
  JSON.stringify({ source: "us", as_of: "2026-03-01", prices: { vllm: { m: { input: 1, output: 2 } } } }),
);
const prices = createPrices({ operator });
const RUNS = { runs: [{ provider: "vllm", model: "m" }], budget_usd: 1 };
const on = (day: string) => Date.parse(day);

test("a budget that rests on old prices has a warning with their age", () => {
  expect(priceAgeWarnings(prices, RUNS, on("2026-06-09"))).toEqual([
    "The budget rests on prices of 2026-03-01, which are 100 days old. Fetch today's with `prices update`.",
  ]);
});

test("new prices, no budget, and models without a price have none", () => {
  expect(priceAgeWarnings(prices, RUNS, on("2026-03-31"))).toEqual([]);
  expect(priceAgeWarnings(prices, { runs: RUNS.runs }, on("2027-01-01"))).toEqual([]);
  const free = { runs: [{ provider: "mock", model: "mock" }], budget_usd: 1 };
  expect(priceAgeWarnings(prices, free, on("2027-01-01"))).toEqual([]);
});
