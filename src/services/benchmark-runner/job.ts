import { protocolsOf } from "../../datasets/protocols.ts";
import type { BenchmarkResults } from "../../domain/benchmark.ts";
import { now } from "../../domain/fields.ts";
import type { BenchmarkRow } from "../../store/benchmarks.ts";
import type { DatasetRow } from "../../store/datasets.ts";
import type { Store } from "../../store/index.ts";
import { walkBenchmark } from "./benchmark-walk.ts";
import { createJobPlugins } from "./job-plugins.ts";
import type { EndReason, JobTools } from "./job-tools.ts";
import { progressEvent } from "./progress.ts";
import { aggregate, totalFailure } from "./results.ts";
import { createTrialOrder, type TrialOrder } from "./trial-order.ts";

async function datasetOf({ datasets }: Store, { dataset_id }: BenchmarkRow): Promise<DatasetRow> {
  const dataset = await datasets.find(dataset_id);
  if (!dataset) throw new Error(`Dataset ${dataset_id} is gone.`);
  return dataset;
}

async function orderOf(store: Store, { spec }: BenchmarkRow, dataset: DatasetRow): Promise<TrialOrder> {
  const positions =
    spec.group === null
      ? Uint32Array.from({ length: dataset.samples }, (_, position) => position)
      : await store.datasets.positionsOfGroup(dataset.dataset_id, spec.group);
  return createTrialOrder(positions, spec.iterations, spec.seed);
}

/** What there is to say about a benchmark as far as it has got. */
export interface Summary {
  settled: number;
  results: BenchmarkResults;
}

type SummaryTools = Pick<JobTools, "store" | "catalogue" | "plugins" | "plugin_failures_max">;

/** The benchmark's plugins; those that it stops calling are noted in its row. */
const pluginsOf = (
  { store, plugins, plugin_failures_max }: SummaryTools,
  benchmark: BenchmarkRow,
  owner = "",
) =>
  createJobPlugins(plugins, benchmark, plugin_failures_max, (stopped) => {
    // What can't be written now is met again by the first trials after a restart.
    store.benchmarks.setStoppedPlugins(benchmark.benchmark_id, owner, stopped).catch(() => undefined);
  });

/** Sums up a benchmark's rows; throws if what it was made of is no longer known. */
export async function summarize(tools: SummaryTools, benchmark: BenchmarkRow): Promise<Summary> {
  const { store, catalogue } = tools;
  const dataset = await datasetOf(store, benchmark);
  const { evaluator } = await pluginsOf(tools, benchmark);
  const metrics = await catalogue.resolve(benchmark.spec.metrics, evaluator);
  const stopped = (await store.benchmarks.find(benchmark.benchmark_id))?.stopped_plugins ?? {};
  const row = { ...benchmark, stopped_plugins: stopped };
  const results = await aggregate(store.trials, row, dataset, protocolsOf(dataset), metrics);
  return { settled: results.runs.reduce((sum, { trials }) => sum + trials, 0), results };
}

/** Sums up a cancelled benchmark that nobody works on. */
export async function sumUpCancelled(tools: SummaryTools, benchmark: BenchmarkRow): Promise<void> {
  const { settled, results } = await summarize(tools, benchmark);
  await tools.store.benchmarks.setResults(benchmark.benchmark_id, settled, results);
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
  const { benchmark_id, spec } = benchmark;
  const isStopping = () => controller.signal.reason === ("stopping" satisfies EndReason);
  const order = await orderOf(store, benchmark, await datasetOf(store, benchmark));
  const jobPlugins = await pluginsOf(tools, benchmark, owner);
  const metrics = await catalogue.resolve(spec.metrics, jobPlugins.evaluator);
  await walkBenchmark(tools, benchmark, order, { metrics, plugins: jobPlugins }, controller);
  if (isStopping()) return;
  const { settled, results } = await summarize(tools, benchmark);
  if (isStopping()) return;
  const error = totalFailure(results);
  const status = error === null ? "completed" : "failed";
  const end = { status, settled, results, error, finished_at: now() } as const;
  const event = progressEvent(benchmark_id, status, 1);
  // It may have been cancelled up to this very moment: its results are then those of a cancelled one.
  const ended = await store.benchmarks.finish(benchmark_id, owner, end, event);
  if (!ended) await store.benchmarks.setResults(benchmark_id, settled, results);
}
