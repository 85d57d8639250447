import type { BenchmarkSpec } from "../../../domain/benchmarks/benchmark.ts";
import type { PriceCatalogue } from "../../../providers/prices/index.ts";

const DAY_MS = 86_400_000;
/** Vendors change prices several times a year. */
const DAYS_MAX = 30;

/** Returns the whole days since a date; undefined if the text is no date. */
function daysSince(as_of: string, now: number): number | undefined {
  const date = Date.parse(as_of);
  return Number.isNaN(date) ? undefined : Math.floor((now - date) / DAY_MS);
}

/** Returns the dates of the prices of all models that the benchmark calls. */
const datesOf = (prices: PriceCatalogue, { runs, judge }: Pick<BenchmarkSpec, "runs" | "judge">): string[] =>
  [...runs, ...(judge ? [judge] : [])].flatMap(
    ({ provider, model }) => prices.find(provider, model)?.as_of ?? [],
  );

/** Returns a warning if a budget rests on prices that are older than 30 days. */
export function priceAgeWarnings(
  prices: PriceCatalogue,
  spec: Pick<BenchmarkSpec, "runs" | "judge" | "budget_usd">,
  now = Date.now(),
): string[] {
  if (typeof spec.budget_usd !== "number") return [];
  const [oldest] = datesOf(prices, spec).toSorted();
  const days = oldest === undefined ? undefined : daysSince(oldest, now);
  if (days === undefined || days <= DAYS_MAX) return [];
  return [
    `The budget rests on prices of ${oldest}, which are ${days} days old. Fetch today's with \`prices update\`.`,
  ];
}
