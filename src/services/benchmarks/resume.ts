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

/** Of one that scores another's outputs, those that the other has by now: it may have gone on since. */
const totalOf = async ({ trials }: Store, { spec, total }: BenchmarkRow): Promise<number> =>
  spec.rescores === undefined ? total : trials.count(spec.rescores);

/** Trials without an answer: those that have no row, and those whose provider failed. */
function leftIn({ results, settled }: BenchmarkRow, total: number): number {
  if (!results) return 1;
  return results.runs.reduce((left, { outcomes }) => left + outcomes.provider_error, total - settled);
}

function specWith({ spec }: BenchmarkRow, { budget_usd }: ResumeBenchmark): BenchmarkRow["spec"] {
  if (budget_usd === undefined) return spec;
  if (typeof spec.budget_usd !== "number")
    throw badField("budget_usd", "the benchmark was made without one, so what it has spent was not counted");
  return { ...spec, budget_usd };
}

/**
 * Opens an ended benchmark again. Trials that have an answer keep it and are not paid again; those whose provider
 * failed lose their row and are asked anew, what they may have cost staying counted. All checks come first.
 * CONFLICT if it is still at work or nothing is left to ask, BAD_REQUEST for a budget without room for a call.
 */
export async function reopen(
  store: Store,
  modelCalls: ModelCalls,
  row: BenchmarkRow,
  request: ResumeBenchmark,
): Promise<void> {
  const { benchmark_id, status } = row;
  if (!isTerminal(status)) throw conflict("The benchmark is at work.", row);
  const total = await totalOf(store, row);
  if (leftIn(row, total) === 0) throw conflict("Nothing is left to ask: every trial has an answer.", row);
  await refuseWhileRescored(store.benchmarks, benchmark_id);
  const spec = specWith(row, request);
  for (const { provider, model } of spec.runs)
    modelCalls.requireConfigured(modelCalls.require(provider, model));
  await checkBudget(store, modelCalls, { ...row, spec }, (await spentOf(store, row)) ?? 0);
  for (const run of spec.runs.keys()) await store.trials.removeFailed(benchmark_id, run);
  const settled = await store.trials.count(benchmark_id);
  const event = progressEvent(benchmark_id, "pending", settled / total);
  if (!(await store.benchmarks.reopen(benchmark_id, status, { settled, total, spec }, event)))
    throw conflict("The benchmark was changed by somebody else.", row);
}
