import type { createAsking } from "../../datasets/protocols.ts";
import type { BenchmarkSpec, RunRequest } from "../../domain/benchmark.ts";
import { AppError } from "../../domain/errors.ts";
import type { BenchmarkRow } from "../../store/benchmarks.ts";
import type { ReadyMetric } from "../metric-catalogue.ts";
import { promptVersionsOf } from "../scoring.ts";
import { createSlots, type Slots } from "../slots.ts";
import type { JobPlugins } from "./job-plugins.ts";
import type { EndReason, JobTools } from "./job-tools.ts";
import { createCoalescer, progressBefore, progressEvent } from "./progress.ts";
import { walkRun } from "./run-walk.ts";
import { createSampleReader } from "./sample-reader.ts";
import { findSettled, type SettledTrials } from "./settled-trials.ts";
import { performTrial, type TrialContext } from "./trial.ts";
import type { TrialOrder } from "./trial-order.ts";

/** One run on its way. */
interface Walk {
  run: number;
  context: TrialContext;
  before: SettledTrials;
  window: Slots;
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
function contextOf(
  { modelCalls, judges }: JobTools,
  { spec }: BenchmarkRow,
  run: RunRequest,
  { asking, plugins }: Plan,
  metrics: readonly ReadyMetric[],
): TrialContext {
  const provider = modelCalls.require(run.provider, run.model);
  modelCalls.requireConfigured(provider);
  const { system, ...params } = spec.params;
  const merged = { ...run, params: { ...params, ...run.params } };
  const judge = spec.judge ? judges.find(spec.judge) : undefined;
  judges.check(metrics, judge);
  const openScoring = (signal: AbortSignal) => judges.open(judge, { signal, priority: "batch" });
  const transforms = plugins.transforms(run.transforms);
  return { modelCalls, provider, run: merged, system, asking, metrics, openScoring, transforms };
}

/** What each run has to do. All of it is known before the first trial, so that progress never falls back. */
async function walksOf(
  tools: JobTools,
  benchmark: BenchmarkRow,
  plan: Plan,
  metrics: readonly ReadyMetric[],
): Promise<Walk[]> {
  refuseOtherPrompts(benchmark.spec, metrics);
  const windowFor = createWindows(tools);
  const walks: Walk[] = [];
  for (const [run, asked] of benchmark.spec.runs.entries()) {
    const context = contextOf(tools, benchmark, asked, plan, metrics);
    const before = await findSettled(tools.store.trials, benchmark.benchmark_id, run, plan.order);
    walks.push({ run, context, before, window: windowFor(asked.provider) });
  }
  return walks;
}

/**
 * Performs the trials of all runs that have no row yet, side by side. A run's error ends the others and is
 * thrown; if the benchmark turns out to be no longer ours, the controller is aborted as `cancelled`.
 */
export async function walkBenchmark(
  tools: JobTools,
  benchmark: BenchmarkRow,
  plan: Plan,
  metrics: readonly ReadyMetric[],
  controller: AbortController,
): Promise<void> {
  const { store, prometheus, owner } = tools;
  const { benchmark_id, spec, total } = benchmark;
  const { signal } = controller;
  const { order } = plan;
  const samples = createSampleReader(store.datasets, benchmark.dataset_id, order, spec.runs.length);
  const walks = await walksOf(tools, benchmark, plan, metrics);
  let settled = walks.reduce((sum, { before }) => sum + before.count, 0);

  const progress = createCoalescer(async () => {
    const event = progressEvent(benchmark_id, "running", progressBefore(settled, total));
    const ours = await store.benchmarks.setSettled(benchmark_id, owner, settled, event);
    if (!ours) controller.abort("cancelled" satisfies EndReason);
  });

  async function settle({ run, context }: Walk, index: number): Promise<void> {
    const sample = await samples.read(index);
    const { position, repeat } = order.at(index);
    const result = await performTrial(context, sample, { position, repeat }, signal);
    const { id: sample_id, group = null } = sample;
    await store.trials.add({ benchmark_id, run, repeat, position, sample_id, group, ...result });
    prometheus.trials.inc({ outcome: result.outcome });
    settled++;
    progress.touch();
  }

  async function walkOne(walk: Walk): Promise<void> {
    const { before, window } = walk;
    const settleOne = (index: number) => settle(walk, index);
    try {
      await walkRun({ total: order.total, isSettled: before.has, settle: settleOne, window, signal });
    } catch (error) {
      controller.abort("failed" satisfies EndReason);
      throw error;
    }
  }

  const ends = await Promise.allSettled(walks.map(walkOne));
  await progress.stop();
  const failed = ends.find((end) => end.status === "rejected");
  if (failed) throw failed.reason;
}
