import { AppError } from "../../../base/errors.ts";
import { createSlots, type Slots } from "../../../base/slots.ts";
import type { BenchmarkSpec } from "../../../domain/benchmarks/benchmark.ts";
import type { RunRequest } from "../../../domain/benchmarks/run.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { TrialStore } from "../../../store/trials.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import { promptVersionsOf } from "../../scoring/scoring.ts";
import type { TrialOrder } from "../order/trial-order.ts";
import type { JobPlugins } from "./job-plugins.ts";
import type { JobTools } from "./job-tools.ts";
import { createRunStop, type RunStop } from "./run-stop.ts";
import type { TrialContext, TrialPolicy } from "./trial-context.ts";
import { type AskSample, setUpRun } from "./trial-request.ts";

/** A claimed benchmark, and how its trials are ordered, asked and scored. */
export interface WalkPlan {
  benchmark: BenchmarkRow;
  order: TrialOrder;
  asking: AskSample;
  plugins: JobPlugins;
  metrics: readonly ReadyMetric[];
}

/** The trials of a run that need not be performed. */
export interface SettledTrials {
  /** Number of trials that have a row. */
  count: number;
  has(index: number): boolean;
}

/** One run while its trials are performed. */
export interface OpenRun {
  /** Index of the run in the benchmark. */
  index: number;
  context: TrialContext;
  /** The trials that were settled before the walk. */
  before: SettledTrials;
  window: Slots;
  stop: RunStop;
  /** Number of its trials that have a row. */
  settled: number;
}

/**
 * Opens every run of a benchmark. The settled trials of all runs are known before the first trial begins, so that progress
 * never falls. Throws CONFLICT if a judge's prompt has changed, SERVICE_UNAVAILABLE if a provider has lost its key.
 */
export async function openRuns(tools: JobTools, plan: WalkPlan, signal: AbortSignal): Promise<OpenRun[]> {
  const { spec } = plan.benchmark;
  refuseOtherPrompts(spec, plan.metrics);
  const windowFor = createWindows(tools);
  const runs: OpenRun[] = [];
  for (const [index, run] of spec.runs.entries()) {
    const context = openContext(tools, plan, run);
    const before = await findSettled(tools.store.trials, plan, index);
    const window = windowFor(run.provider);
    runs.push({ index, context, before, window, stop: createRunStop(signal), settled: before.count });
  }
  return runs;
}

/** Throws CONFLICT if the remaining trials would be judged by other prompts than the settled ones. */
function refuseOtherPrompts({ prompt_versions = {} }: BenchmarkSpec, metrics: readonly ReadyMetric[]): void {
  const versions = promptVersionsOf(metrics);
  const changed = Object.keys(prompt_versions).find((key) => versions[key] !== prompt_versions[key]);
  if (changed === undefined) return;
  const message = `The judge's prompt for '${changed}' has changed since the benchmark began: start a new benchmark.`;
  throw new AppError("CONFLICT", message, { metric: changed });
}

/** Returns how many trials may be open: more than the provider works on, enough to hide the time of a commit. */
const windowSize = (limit: number): number => Math.min(limit * 2, limit + 64);

/**
 * Creates one window per provider. All runs of the provider share it, so that a benchmark of many runs has no more open
 * trials than one of a single run.
 */
function createWindows({ modelCalls }: JobTools): (provider: string) => Slots {
  const windows = new Map<string, Slots>();
  return (provider) => {
    const window = windows.get(provider) ?? createSlots(windowSize(modelCalls.limitOf(provider)));
    windows.set(provider, window);
    return window;
  };
}

/** Throws SERVICE_UNAVAILABLE if a provider or the judge has lost its key: all trials would fail. */
function openContext(
  { modelCalls, judges }: JobTools,
  { benchmark: { spec }, asking, plugins, metrics }: WalkPlan,
  run: RunRequest,
): TrialContext {
  const setup = setUpRun(modelCalls, { spec, run, asking });
  if (spec.rescores === undefined) modelCalls.requireConfigured(setup.provider);
  const judge = spec.judge ? judges.find(spec.judge) : undefined;
  judges.requireConfigured(metrics, judge);
  return {
    ...setup,
    modelCalls,
    metrics,
    openScoring: (policy: TrialPolicy) => judges.open(judge, { ...policy, priority: "batch" }),
    transforms: plugins.transforms(run.transforms),
  };
}

/** Finds the trials that need not be performed. A rescoring benchmark skips those that the original has no row of. */
async function findSettled(
  trials: TrialStore,
  { benchmark: { benchmark_id, spec }, order }: WalkPlan,
  run: number,
): Promise<SettledTrials> {
  const settled = await findRows(trials, { benchmark_id, run }, order);
  if (spec.rescores === undefined) return settled;
  const original = await findRows(trials, { benchmark_id: spec.rescores, run }, order);
  return { count: settled.count, has: (index) => settled.has(index) || !original.has(index) };
}

/** Finds which trials of a run have a row. */
async function findRows(
  trials: TrialStore,
  { benchmark_id, run }: { benchmark_id: string; run: number },
  order: TrialOrder,
): Promise<SettledTrials> {
  const bits = new Uint8Array(order.total);
  let count = 0;
  for await (const rows of trials.keyChunks(benchmark_id, run)) {
    for (const { position, repeat } of rows) {
      const index = order.indexOf(position, repeat);
      if (index === undefined) continue;
      bits[index] = 1;
      count++;
    }
  }
  return { count, has: (index) => bits[index] === 1 };
}
