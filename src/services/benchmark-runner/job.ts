import { protocolsOf } from "../../datasets/protocols.ts";
import type { BenchmarkResults } from "../../domain/benchmark.ts";
import { now } from "../../domain/fields.ts";
import type { BenchmarkRow } from "../../store/benchmarks.ts";
import type { DatasetRow } from "../../store/datasets.ts";
import type { Store } from "../../store/index.ts";
import { walkBenchmark } from "./benchmark-walk.ts";
import type { EndReason, JobTools } from "./job-tools.ts";
import { progressEvent } from "./progress.ts";
import { aggregate, askedIn, totalFailure } from "./results.ts";
import { spentOf } from "./spending.ts";
import { createTrialOrder, type TrialOrder } from "./trial-order.ts";

/** The dataset that a benchmark was made over. */
export async function datasetOf(
  { datasets }: Pick<Store, "datasets">,
  { dataset_id }: Pick<BenchmarkRow, "dataset_id">,
): Promise<DatasetRow> {
  const dataset = await datasets.find(dataset_id);
  if (!dataset) throw new Error(`Dataset ${dataset_id} is gone.`);
  return dataset;
}

/** In which order a benchmark's trials are asked. */
export async function orderOf(
  store: Pick<Store, "datasets">,
  { spec }: Pick<BenchmarkRow, "spec">,
  dataset: DatasetRow,
): Promise<TrialOrder> {
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
  spent_usd: number | null;
}

/** Sums up a benchmark's rows, and why runs were `stopped`; throws if what it was made of is no longer known. */
export async function summarize(
  { store, catalogue }: Pick<JobTools, "store" | "catalogue">,
  benchmark: BenchmarkRow,
  stopped: readonly (string | null)[] = [],
): Promise<Summary> {
  const dataset = await datasetOf(store, benchmark);
  const metrics = catalogue.require(benchmark.spec.metrics);
  const results = await aggregate(store.trials, benchmark, dataset, protocolsOf(dataset), metrics, stopped);
  const spent_usd = await spentOf(store, benchmark);
  return { settled: results.runs.reduce((sum, run) => sum + askedIn(run), 0), results, spent_usd };
}

/** Sums up a cancelled benchmark that nobody works on. */
export async function sumUpCancelled(
  tools: Pick<JobTools, "store" | "catalogue">,
  benchmark: BenchmarkRow,
): Promise<void> {
  const summary = await summarize(tools, benchmark);
  await tools.store.benchmarks.setResults(benchmark.benchmark_id, summary);
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
  const metrics = catalogue.require(spec.metrics);
  const { stopped, over_budget } = await walkBenchmark(tools, benchmark, order, metrics, controller);
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
