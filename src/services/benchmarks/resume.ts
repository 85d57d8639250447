import { AppError, badField } from "../../base/errors.ts";
import { isTerminal, type ResumeBenchmark } from "../../domain/benchmarks/benchmark.ts";
import type { BenchmarkRow } from "../../store/benchmarks.ts";
import type { Store } from "../../store/index.ts";
import type { ModelCalls } from "../model-calls/index.ts";
import { checkBudget } from "./plan/budget-check.ts";
import { refuseWhileRescored } from "./rescore.ts";
import { progressEvent } from "./run/progress.ts";
import { spentOf } from "./run/spending.ts";

const conflict = (message: string, { status }: BenchmarkRow): AppError =>
  new AppError("CONFLICT", message, { status });

/** Returns the number of trials. A rescored benchmark may have gained trials since this one began. */
const totalOf = async ({ trials }: Store, { spec, total }: BenchmarkRow): Promise<number> =>
  spec.rescores === undefined ? total : trials.count(spec.rescores);

/** Returns the number of trials without an answer: those without a row, and those whose provider failed. */
function unansweredTrials({ results, settled }: BenchmarkRow, total: number): number {
  if (!results) return 1;
  return results.runs.reduce((left, { outcomes }) => left + outcomes.provider_error, total - settled);
}

function specWith({ spec }: BenchmarkRow, { budget_usd }: ResumeBenchmark): BenchmarkRow["spec"] {
  if (budget_usd === undefined) return spec;
  if (typeof spec.budget_usd !== "number")
    throw badField(
      "budget_usd",
      "the benchmark was created without a budget, so its spending was not counted: leave 'budget_usd' out",
    );
  return { ...spec, budget_usd };
}

interface Reopening {
  modelCalls: ModelCalls;
  benchmark: BenchmarkRow;
  request: ResumeBenchmark;
}

/**
 * Opens an ended benchmark again. Answered trials keep their answer and are not paid again. Trials whose provider failed
 * lose their row and are asked again; their possible cost stays counted. All checks come first. Throws CONFLICT if the
 * benchmark has not ended or every trial has an answer, BAD_REQUEST for a budget without room for a call.
 */
export async function reopen(store: Store, { modelCalls, benchmark, request }: Reopening): Promise<void> {
  const { benchmark_id, status } = benchmark;
  if (!isTerminal(status))
    throw conflict(`The benchmark is ${status}: it can be resumed once it has ended.`, benchmark);
  const total = await totalOf(store, benchmark);
  if (unansweredTrials(benchmark, total) === 0)
    throw conflict("Nothing is left to resume: every trial has an answer.", benchmark);
  await refuseWhileRescored(store.benchmarks, benchmark_id);
  const spec = specWith(benchmark, request);
  for (const { provider, model } of spec.runs)
    modelCalls.requireConfigured(modelCalls.require(provider, model));
  const spent_usd = (await spentOf(store, benchmark)) ?? 0;
  await checkBudget(store, modelCalls, { ...benchmark, spec, spent_usd });
  for (const run of spec.runs.keys()) await store.trials.removeFailed(benchmark_id, run);
  const settled = await store.trials.count(benchmark_id);
  const event = progressEvent(benchmark_id, "pending", settled / total);
  if (
    !(await store.benchmarks.reopen(benchmark_id, { from: status, changes: { settled, total, spec } }, event))
  )
    throw conflict("Another request changed the benchmark at the same time: read it again.", benchmark);
}
