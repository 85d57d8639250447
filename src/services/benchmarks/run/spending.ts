import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { Store } from "../../../store/index.ts";
import { type Budget, createBudget } from "./budget.ts";

/**
 * US formatDollars that a benchmark's calls have cost by what the rows of its trials and holds say, each at the most where
 * that is not known; null for one without a budget, of which no account is kept.
 */
export async function spentOf({ trials, holds }: Store, benchmark: BenchmarkRow): Promise<number | null> {
  const { benchmark_id, spec } = benchmark;
  if (typeof spec.budget_usd !== "number") return null;
  let spent = await holds.sum(benchmark_id);
  for (const run of spec.runs.keys())
    for await (const rows of trials.accountChunks(benchmark_id, run))
      for (const { spent_usd } of rows) spent += spent_usd ?? 0;
  return spent;
}

/** The budget of a benchmark that is taken up, with all that it has spent before; undefined where it has none. */
export async function openBudget(store: Store, benchmark: BenchmarkRow): Promise<Budget | undefined> {
  const { benchmark_id, spec } = benchmark;
  const spent_usd = await spentOf(store, benchmark);
  if (spent_usd === null || typeof spec.budget_usd !== "number") return undefined;
  return createBudget(benchmark_id, spec.budget_usd, spent_usd, store.holds);
}
