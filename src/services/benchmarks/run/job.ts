import { now } from "../../../base/time.ts";
import type { BenchmarkResults } from "../../../domain/benchmarks/benchmark-results.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { Store } from "../../../store/index.ts";
import { askingFor } from "../../datasets/protocols.ts";
import { judgeAssertions } from "../assertions/index.ts";
import { datasetOf, orderOf } from "../order/benchmark-order.ts";
import { aggregateRows } from "../summary/all-rows.ts";
import { totalFailure } from "../summary/results.ts";
import { type WalkEnd, walkBenchmark } from "./benchmark-walk.ts";
import { createJobPlugins } from "./job-plugins.ts";
import type { EndReason, JobTools } from "./job-tools.ts";
import type { WalkPlan } from "./open-runs.ts";
import { progressEvent } from "./progress.ts";
import { spentOf } from "./spending.ts";

/** The state of a benchmark, computed from its rows. */
export interface Summary {
  settled: number;
  results: BenchmarkResults;
  spent_usd: number | null;
}

/**
 * Sums up a benchmark's rows. `stopped` says by run why it was stopped. Throws if the dataset was deleted or a metric is
 * no longer known.
 */
export async function summarize(
  { store, catalogue }: Pick<JobTools, "store" | "catalogue">,
  benchmark: BenchmarkRow,
  stopped: readonly (string | null)[] = [],
): Promise<Summary> {
  const { results, ...aggregate } = await aggregateRows({ store, catalogue }, benchmark, stopped);
  Object.assign(results, await judgeAssertions(store, { benchmark, results, ...aggregate }));
  const spent_usd = await spentOf(store, benchmark);
  return { settled: await store.trials.count(benchmark.benchmark_id), results, spent_usd };
}

/** Sums up a cancelled benchmark that no process runs. */
export async function summarizeCancelled(
  tools: Pick<JobTools, "store" | "catalogue">,
  benchmark: BenchmarkRow,
): Promise<void> {
  const summary = await summarize(tools, benchmark);
  await tools.store.benchmarks.setResults(benchmark.benchmark_id, summary);
}

/** Returns why the runs of a rescored benchmark were stopped; null if this one does not rescore another. */
async function stoppedInOriginal(
  { benchmarks }: Store,
  { spec }: BenchmarkRow,
): Promise<(string | null)[] | null> {
  if (spec.rescores === undefined) return null;
  const source = await benchmarks.find(spec.rescores);
  return source?.results?.runs.map(({ stopped = null }) => stopped) ?? null;
}

async function planWalk(tools: JobTools, benchmark: BenchmarkRow): Promise<WalkPlan> {
  const { store, catalogue } = tools;
  const dataset = await datasetOf(store, benchmark);
  const order = await orderOf(store, benchmark, dataset);
  const asking = await askingFor(store.datasets, dataset, benchmark.spec.protocol);
  const plugins = await createJobPlugins(tools, benchmark);
  const metrics = catalogue.requireOf(benchmark.spec, plugins.evaluator);
  return { benchmark, order, asking, plugins, metrics };
}

/**
 * Runs a claimed benchmark: performs its missing trials, then sums up all trials. If the controller is aborted as
 * `stopping`, the benchmark stays open for the next process; if as `cancelled`, the settled trials are summed up. Throws
 * the error of a run, once all runs have ended.
 */
export async function runJob(
  tools: JobTools,
  benchmark: BenchmarkRow,
  controller: AbortController,
): Promise<void> {
  const isStopping = () => controller.signal.reason === ("stopping" satisfies EndReason);
  const plan = await planWalk(tools, benchmark);
  const end = await walkBenchmark(tools, plan, controller);
  const stopped = (await stoppedInOriginal(tools.store, benchmark)) ?? end.stopped;
  if (isStopping()) return;
  const summary = await summarize(tools, benchmark, stopped);
  if (isStopping()) return;
  await finishJob(tools, benchmark, { ...end, summary });
}

async function finishJob(
  { store, owner }: JobTools,
  { benchmark_id }: BenchmarkRow,
  { over_budget, summary }: WalkEnd & { summary: Summary },
): Promise<void> {
  const error = over_budget ?? totalFailure(summary.results);
  const failed = over_budget === null ? "failed" : "over_budget";
  const status = error === null ? "completed" : failed;
  const end = { ...summary, status, error, finished_at: now() } as const;
  const event = progressEvent(benchmark_id, status, 1);
  // It may have been cancelled up to this moment. Then the results are those of a cancelled benchmark.
  const finished = await store.benchmarks.finish({ id: benchmark_id, owner }, end, event);
  if (!finished) await store.benchmarks.setResults(benchmark_id, summary);
}
