import { AppError } from "../../../base/errors.ts";
import type { Sample } from "../../../domain/dataset.ts";
import type { TrialRow, TrialStore } from "../../../store/trials.ts";
import { OverBudget } from "../../model-calls/ledger.ts";
import type { TrialAccount } from "./budget.ts";
import type { OpenRun } from "./open-runs.ts";
import { performTrial, rescoreTrial } from "./trial.ts";
import type { TrialPolicy, TrialResult } from "./trial-context.ts";
import { stopOverBudget, type WalkState } from "./walk-state.ts";

/** Performs the trial with that index and commits its row. If the budget is exhausted, the run is stopped instead. */
export async function settleTrial(walk: WalkState, run: OpenRun, index: number): Promise<void> {
  const account = walk.budget?.account();
  try {
    await performAndStore(walk, run, { index, account });
  } catch (error) {
    await account?.abandon();
    if (!(error instanceof OverBudget)) throw error;
    return stopOverBudget(walk, run, error.message);
  }
  if (account?.refusal) stopOverBudget(walk, run, account.refusal);
  run.settled++;
  walk.progress.add(1);
}

interface AccountedTrial {
  index: number;
  account: TrialAccount | undefined;
}

async function performAndStore(
  walk: WalkState,
  run: OpenRun,
  { index, account }: AccountedTrial,
): Promise<void> {
  const { tools, benchmark, order, samples } = walk;
  const sample = await samples.read(index);
  const key = { benchmark_id: benchmark.benchmark_id, run: run.index, ...order.at(index) };
  const policy = { signal: run.stop.open, ledger: account };
  const result = await resultOf(walk, run, { key, sample, policy });
  const { spent_usd, holds } = account?.close() ?? { spent_usd: null, holds: [] };
  const { id: sample_id, group = null } = sample;
  await tools.store.trials.add({ ...key, sample_id, group, ...result, spent_usd }, holds);
  tools.prometheus.trials.inc({ outcome: result.outcome });
  const max_failures = benchmark.spec.max_failures ?? Number.POSITIVE_INFINITY;
  run.stop.note(result.outcome === "provider_error" ? result.error : null, max_failures);
}

type TrialKey = Pick<TrialRow, "run" | "position" | "repeat">;

interface KeyedTrial {
  key: TrialKey;
  sample: Sample;
  policy: TrialPolicy;
}

/** Performs a trial, or scores the output of the trial with the same key in the benchmark that is rescored. */
async function resultOf(
  { tools, benchmark: { spec } }: WalkState,
  { context }: OpenRun,
  { key, sample, policy }: KeyedTrial,
): Promise<TrialResult> {
  if (spec.rescores === undefined) {
    const { position, repeat } = key;
    return performTrial(context, { sample, position, repeat, policy });
  }
  const earlier = await earlierTrial(tools.store.trials, spec.rescores, key);
  return rescoreTrial(context, { sample, earlier, policy });
}

async function earlierTrial(
  trials: TrialStore,
  benchmark_id: string,
  { run, position, repeat }: TrialKey,
): Promise<TrialRow> {
  const [row] = await trials.at(benchmark_id, [{ run, position, repeat }]);
  if (!row) throw new AppError("CONFLICT", `The trials of benchmark ${benchmark_id} were deleted.`);
  return row;
}
