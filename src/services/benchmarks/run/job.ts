import { now } from "../../../base/time.ts";
import { protocolNamesOf } from "../../../datasets/asking.ts";
import type { BenchmarkResults } from "../../../domain/benchmarks/benchmark-results.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { Store } from "../../../store/index.ts";
import { askingFor } from "../../datasets/protocols.ts";
import { judgeAssertions } from "../assertions/index.ts";
import { datasetOf, orderOf } from "../order/benchmark-order.ts";
import { aggregate, totalFailure } from "../summary/results.ts";
import { walkBenchmark } from "./benchmark-walk.ts";
import { createJobPlugins } from "./job-plugins.ts";
import type { EndReason, JobTools } from "./job-tools.ts";
import { progressEvent } from "./progress.ts";
import { spentOf } from "./spending.ts";

/** What there is to say about a benchmark as far as it has got. */
export interface Summary {
  settled: number;
  results: BenchmarkResults;
  spent_usd: number | null;
}

/** Sums up a benchmark's rows, and why runs were `stopped`; throws if what it was made of is no longer known. */
export async function summarize(
  { store, catalogue }: Pick<JobTools, "store" | "catalogue">,
  benchmark: BenchmarkRow,
  stopped: readonly (string | null)[] = [],
): Promise<Summary> {
  const dataset = await datasetOf(store, benchmark);
  const metrics = catalogue.requireOf(benchmark.spec);
  const stopped_plugins = (await store.benchmarks.find(benchmark.benchmark_id))?.stopped_plugins ?? null;
  const order = await orderOf(store, benchmark, dataset);
  const protocols = protocolNamesOf(dataset, benchmark.spec.protocol);
  const { results, table } = await aggregate(store.trials, {
    benchmark: { ...benchmark, stopped_plugins },
    dataset,
    protocols,
    metrics,
    order,
    stopped,
  });
  Object.assign(results, await judgeAssertions(store, { benchmark, results, table, places: order }));
  const spent_usd = await spentOf(store, benchmark);
  return { settled: await store.trials.count(benchmark.benchmark_id), results, spent_usd };
}

/** Sums up a cancelled benchmark that nobody works on. */
export async function sumUpCancelled(
  tools: Pick<JobTools, "store" | "catalogue">,
  benchmark: BenchmarkRow,
): Promise<void> {
  const summary = await summarize(tools, benchmark);
  await tools.store.benchmarks.setResults(benchmark.benchmark_id, summary);
}

/** Of outputs that are scored anew: why the runs that gave them were stopped. */
async function stoppedBefore(
  { benchmarks }: Store,
  { spec }: BenchmarkRow,
): Promise<(string | null)[] | null> {
  if (spec.rescores === undefined) return null;
  const source = await benchmarks.find(spec.rescores);
  return source?.results?.runs.map(({ stopped = null }) => stopped) ?? null;
}

/**
 * A claimed benchmark at work: settles what is missing, then sums up all that is there. When the controller was
 * aborted as `stopping` it leaves the benchmark open for the next process; as `cancelled`, it sums up what there is.
 * Throws what went wrong in a run; then its other runs have ended too.
 */
export async function runJob(
  tools: JobTools,
  benchmark: BenchmarkRow,
  controller: AbortController,
): Promise<void> {
  const { store, catalogue, owner } = tools;
  const { benchmark_id } = benchmark;
  const isStopping = () => controller.signal.reason === ("stopping" satisfies EndReason);
  const dataset = await datasetOf(store, benchmark);
  const order = await orderOf(store, benchmark, dataset);
  const asking = await askingFor(store.datasets, dataset, benchmark.spec.protocol);
  const plugins = await createJobPlugins(tools, benchmark);
  const metrics = catalogue.requireOf(benchmark.spec, plugins.evaluator);
  const plan = { order, asking, plugins };
  const walked = await walkBenchmark(tools, benchmark, plan, metrics, controller);
  const { over_budget } = walked;
  const stopped = (await stoppedBefore(store, benchmark)) ?? walked.stopped;
  if (isStopping()) return;
  const summary = await summarize(tools, benchmark, stopped);
  if (isStopping()) return;
  const error = over_budget ?? totalFailure(summary.results);
  const failed = over_budget === null ? "failed" : "over_budget";
  const status = error === null ? "completed" : failed;
  const end = { ...summary, status, error, finished_at: now() } as const;
  const event = progressEvent(benchmark_id, status, 1);
  // It may have been cancelled up to this very moment: its results are then those of a cancelled one.
  const ended = await store.benchmarks.finish(benchmark_id, owner, end, event);
  if (!ended) await store.benchmarks.setResults(benchmark_id, summary);
}
