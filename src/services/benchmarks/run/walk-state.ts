import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import { createSampleReader, type SampleReader } from "../order/sample-reader.ts";
import type { TrialOrder } from "../order/trial-order.ts";
import type { Budget } from "./budget.ts";
import type { EndReason, JobTools } from "./job-tools.ts";
import { type OpenRun, openRuns, type WalkPlan } from "./open-runs.ts";
import { createSettledProgress, type SettledProgress } from "./progress.ts";
import { openBudget } from "./spending.ts";

/** What the runs of a benchmark share while their trials are performed. */
export interface WalkState {
  readonly tools: JobTools;
  readonly benchmark: BenchmarkRow;
  readonly order: TrialOrder;
  readonly samples: SampleReader;
  readonly runs: readonly OpenRun[];
  readonly budget: Budget | undefined;
  readonly progress: SettledProgress;
  /** Ends the walk of all runs. Its reason is an `EndReason`. */
  readonly controller: AbortController;
  /** The message of the first refused call that exhausted the budget; null while the budget suffices. */
  over_budget: string | null;
}

export async function openWalk(
  tools: JobTools,
  plan: WalkPlan,
  controller: AbortController,
): Promise<WalkState> {
  const { benchmark, order } = plan;
  const { dataset_id, spec } = benchmark;
  const samples = createSampleReader(tools.store.datasets, { dataset_id, order, runs: spec.runs.length });
  const runs = await openRuns(tools, plan, controller.signal);
  const budget = await openBudget(tools.store, benchmark);
  const progress = createSettledProgress(tools, {
    benchmark,
    settled: runs.reduce((sum, { settled }) => sum + settled, 0),
    spentUsd: () => budget?.spent_usd ?? null,
    onLost: () => controller.abort("cancelled" satisfies EndReason),
  });
  return { tools, benchmark, order, samples, runs, budget, progress, controller, over_budget: null };
}

/** Begins no further trial of the run, because a call exceeded the budget. */
export function stopOverBudget(walk: WalkState, { stop }: OpenRun, refusal: string): void {
  walk.over_budget ??= refusal;
  stop.end(refusal);
}
