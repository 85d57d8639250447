import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { Store } from "../../../store/index.ts";
import { type Budget, createBudget } from "./budget.ts";

/**
 * Returns the US dollars that a benchmark's calls have cost, as its trial rows and holds record it; an unknown cost counts
 * as its worst case. Returns null for a benchmark without a budget, whose spending is not counted.
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

/** Opens the budget of a claimed benchmark, less what it has spent before; undefined if it has no budget. */
export async function openBudget(store: Store, benchmark: BenchmarkRow): Promise<Budget | undefined> {
  const { benchmark_id, spec } = benchmark;
  const spent_usd = await spentOf(store, benchmark);
  if (spent_usd === null || typeof spec.budget_usd !== "number") return undefined;
  return createBudget({ benchmark_id, ceiling_usd: spec.budget_usd, spent_usd, holds: store.holds });
}
