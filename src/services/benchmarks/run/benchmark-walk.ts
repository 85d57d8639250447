import { AppError } from "../../../base/errors.ts";
import { createSlots, type Slots } from "../../../base/slots.ts";
import type { createAsking } from "../../../datasets/asking.ts";
import type { BenchmarkSpec } from "../../../domain/benchmarks/benchmark.ts";
import type { RunRequest } from "../../../domain/benchmarks/run.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { TrialRow, TrialStore } from "../../../store/trials.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import { OverBudget } from "../../model-calls/ledger.ts";
import { promptVersionsOf } from "../../scoring/scoring.ts";
import { createSampleReader } from "../order/sample-reader.ts";
import type { TrialOrder } from "../order/trial-order.ts";
import type { TrialAccount } from "./budget.ts";
import type { JobPlugins } from "./job-plugins.ts";
import type { EndReason, JobTools } from "./job-tools.ts";
import { createCoalescer, progressBefore, progressEvent } from "./progress.ts";
import { createRunStop, type RunStop } from "./run-stop.ts";
import { walkRun } from "./run-walk.ts";
import { findSettled, type SettledTrials } from "./settled-trials.ts";
import { openBudget } from "./spending.ts";
import { performTrial, rescoreTrial } from "./trial.ts";
import type { TrialContext, TrialPolicy } from "./trial-context.ts";
import { askedRun } from "./trial-context.ts";

/** One run on its way. */
interface Walk {
  run: number;
  context: TrialContext;
  before: SettledTrials;
  window: Slots;
  stop: RunStop;
  /** Trials of it that have a row. */
  settled: number;
}

/** How a walk ended that nothing went wrong in. */
export interface WalkEnd {
  /** Why each run was stopped before its last trial; null where it was not. */
  stopped: (string | null)[];
  /** What there was no more money for; null if there was enough. */
  over_budget: string | null;
}

/** How many trials may be open beyond those that the provider works on: enough to hide a commit. */
const windowOf = (limit: number): number => Math.min(limit * 2, limit + 64);

/**
 * One window for each provider, which all of its runs share: a benchmark of many runs has no more trials
 * open, and waiting for the provider before others, than one of a single run.
 */
function createWindows({ modelCalls }: JobTools): (provider: string) => Slots {
  const windows = new Map<string, Slots>();
  return (provider) => {
    const window = windows.get(provider) ?? createSlots(windowOf(modelCalls.limitOf(provider)));
    windows.set(provider, window);
    return window;
  };
}

/** Which samples are asked when, and how. */
export interface Plan {
  order: TrialOrder;
  asking: ReturnType<typeof createAsking>;
  plugins: JobPlugins;
}

/** CONFLICT if the rest of the trials would be judged by other prompts than those that are done. */
function refuseOtherPrompts({ prompt_versions = {} }: BenchmarkSpec, metrics: readonly ReadyMetric[]): void {
  const versions = promptVersionsOf(metrics);
  const changed = Object.keys(prompt_versions).find((key) => versions[key] !== prompt_versions[key]);
  if (changed === undefined) return;
  const message = `What a judge is asked for '${changed}' has changed since the benchmark began: start it anew.`;
  throw new AppError("CONFLICT", message, { metric: changed });
}

/** Throws SERVICE_UNAVAILABLE if a provider or the judge has lost its key since: its trials would all be lost. */
function openContext(
  { modelCalls, judges }: JobTools,
  { spec }: BenchmarkRow,
  run: RunRequest,
  { asking, plugins }: Plan,
  metrics: readonly ReadyMetric[],
): TrialContext {
  const asked = askedRun(modelCalls, spec, run, asking);
  if (spec.rescores === undefined) modelCalls.requireConfigured(asked.provider);
  const judge = spec.judge ? judges.find(spec.judge) : undefined;
  judges.requireConfigured(metrics, judge);
  const openScoring = (policy: TrialPolicy) => judges.open(judge, { ...policy, priority: "batch" });
  const transforms = plugins.transforms(run.transforms);
  return { ...asked, modelCalls, metrics, openScoring, transforms };
}

/** Which trials are not to be performed; of those rescored, also what the earlier benchmark has no trial of. */
async function findOpen(
  trials: TrialStore,
  { benchmark_id, spec }: BenchmarkRow,
  run: number,
  order: TrialOrder,
): Promise<SettledTrials> {
  const own = await findSettled(trials, benchmark_id, run, order);
  if (spec.rescores === undefined) return own;
  const there = await findSettled(trials, spec.rescores, run, order);
  return { count: own.count, has: (index) => own.has(index) || !there.has(index) };
}

/** What each run has to do. All of it is known before the first trial, so that progress never falls back. */
async function walksOf(
  tools: JobTools,
  benchmark: BenchmarkRow,
  plan: Plan,
  metrics: readonly ReadyMetric[],
  signal: AbortSignal,
): Promise<Walk[]> {
  refuseOtherPrompts(benchmark.spec, metrics);
  const windowFor = createWindows(tools);
  const walks: Walk[] = [];
  for (const [run, asked] of benchmark.spec.runs.entries()) {
    const context = openContext(tools, benchmark, asked, plan, metrics);
    const before = await findOpen(tools.store.trials, benchmark, run, plan.order);
    const window = windowFor(asked.provider);
    walks.push({ run, context, before, window, stop: createRunStop(signal), settled: before.count });
  }
  return walks;
}

/**
 * Performs the trials of all runs that have no row yet, side by side. A run that is out of money or whose provider is
 * down stops alone. A run's error ends the others and is thrown; if the benchmark turns out to be no longer ours, the
 * controller is aborted as `cancelled`.
 */
export async function walkBenchmark(
  tools: JobTools,
  benchmark: BenchmarkRow,
  plan: Plan,
  metrics: readonly ReadyMetric[],
  controller: AbortController,
): Promise<WalkEnd> {
  const { store, prometheus, owner } = tools;
  const { benchmark_id, spec, total } = benchmark;
  const { signal } = controller;
  const { order } = plan;
  const max_failures = spec.max_failures ?? Number.POSITIVE_INFINITY;
  const samples = createSampleReader(store.datasets, benchmark.dataset_id, order, spec.runs.length);
  const walks = await walksOf(tools, benchmark, plan, metrics, signal);
  const budget = await openBudget(store, benchmark);
  let settled = walks.reduce((sum, walk) => sum + walk.settled, 0);
  let over_budget: string | null = null;

  const progress = createCoalescer(async () => {
    const event = progressEvent(benchmark_id, "running", progressBefore(settled, total));
    const state = { settled, spent_usd: budget?.spent_usd ?? null };
    const ours = await store.benchmarks.setSettled(benchmark_id, owner, state, event);
    if (!ours) controller.abort("cancelled" satisfies EndReason);
  });

  async function earlier(id: string, run: number, position: number, repeat: number): Promise<TrialRow> {
    const [row] = await store.trials.at(id, [{ run, position, repeat }]);
    if (!row) throw new AppError("CONFLICT", `The trials of benchmark ${id} are gone.`);
    return row;
  }

  async function perform({ run, context, stop }: Walk, index: number, account?: TrialAccount): Promise<void> {
    const sample = await samples.read(index);
    const { position, repeat } = order.at(index);
    const policy = { signal: stop.open, ledger: account };
    const result =
      spec.rescores === undefined
        ? await performTrial(context, sample, { position, repeat }, policy)
        : await rescoreTrial(context, sample, await earlier(spec.rescores, run, position, repeat), policy);
    const { spent_usd, holds } = account?.close() ?? { spent_usd: null, holds: [] };
    const { id: sample_id, group = null } = sample;
    const key = { benchmark_id, run, repeat, position, sample_id, group };
    await store.trials.add({ ...key, ...result, spent_usd }, holds);
    prometheus.trials.inc({ outcome: result.outcome });
    stop.note(result.outcome === "provider_error" ? result.error : null, max_failures);
  }

  function stopWithoutMoney({ stop }: Walk, refusal: string): void {
    over_budget ??= refusal;
    stop.end(refusal);
  }

  async function settle(walk: Walk, index: number): Promise<void> {
    const account = budget?.account();
    try {
      await perform(walk, index, account);
    } catch (error) {
      await account?.abandon();
      if (!(error instanceof OverBudget)) throw error;
      return stopWithoutMoney(walk, error.message);
    }
    if (account?.refusal) stopWithoutMoney(walk, account.refusal);
    walk.settled++;
    settled++;
    progress.touch();
  }

  async function walkOne(walk: Walk): Promise<void> {
    const { before, window, stop } = walk;
    const settleOne = (index: number) =>
      settle(walk, index).catch((error: unknown) => {
        if (!stop.open.aborted || error !== stop.open.reason) throw error;
      });
    try {
      await walkRun({
        total: order.total,
        isSettled: before.has,
        settle: settleOne,
        window,
        signal: stop.signal,
      });
    } catch (error) {
      controller.abort("failed" satisfies EndReason);
      throw error;
    }
    // What is left of a run that was stopped is not waited for any more.
    if (stop.reason === null) return;
    settled += order.total - walk.settled;
    progress.touch();
  }

  const ends = await Promise.allSettled(walks.map(walkOne));
  await progress.stop();
  const failed = ends.find((end) => end.status === "rejected");
  if (failed) throw failed.reason;
  return { stopped: walks.map(({ stop }) => stop.reason), over_budget };
}
