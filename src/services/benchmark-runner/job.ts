import { protocolFor, protocolsOf } from "../../datasets/protocols.ts";
import type { BenchmarkStatus, RunRequest } from "../../domain/benchmark.ts";
import { now } from "../../domain/fields.ts";
import type { NewEvent } from "../../events.ts";
import type { Metric } from "../../metrics/metric.ts";
import type { BenchmarkRow } from "../../store/benchmarks.ts";
import type { DatasetRow } from "../../store/datasets.ts";
import type { Store } from "../../store/index.ts";
import type { Prometheus } from "../../telemetry/prometheus.ts";
import type { MetricCatalogue } from "../metric-catalogue.ts";
import type { ModelCalls } from "../model-calls.ts";
import { createCoalescer } from "./progress.ts";
import { aggregate, totalFailure } from "./results.ts";
import { walkRun } from "./run-walk.ts";
import { createSampleReader } from "./sample-reader.ts";
import { performTrial, type TrialContext } from "./trial.ts";
import { createTrialOrder, type TrialOrder } from "./trial-order.ts";

export interface JobTools {
  store: Store;
  modelCalls: ModelCalls;
  catalogue: MetricCatalogue;
  prometheus: Prometheus;
  /** This process's name on its leases. */
  owner: string;
}

/** Why a job was told to end before its time. */
export type EndReason = "cancelled" | "stopping";

export const progressEvent = (benchmark_id: string, status: BenchmarkStatus, progress: number): NewEvent => ({
  topic: "benchmark.progress",
  data: { benchmark_id, progress, status },
});

/** How many trials may be open beyond those that the provider works on: enough to hide a commit. */
const windowOf = (limit: number): number => Math.min(limit * 2, limit + 64);

async function positionsOf(
  store: Store,
  { spec }: BenchmarkRow,
  dataset: DatasetRow,
): Promise<ArrayLike<number>> {
  if (spec.group !== null) return store.datasets.positionsOfGroup(dataset.dataset_id, spec.group);
  return Uint32Array.from({ length: dataset.samples }, (_, position) => position);
}

/** Which trials of a run have a row already. */
async function settledBefore({ trials }: Store, benchmark_id: string, run: number, order: TrialOrder) {
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
  return { count, has: (index: number) => bits[index] === 1 };
}

function contextOf(
  { modelCalls }: JobTools,
  { spec }: BenchmarkRow,
  run: RunRequest,
  metrics: Metric[],
): TrialContext {
  const provider = modelCalls.require(run.provider, run.model);
  const { system, ...params } = spec.params;
  return {
    modelCalls,
    provider,
    run: { ...run, params: { ...params, ...run.params } },
    system,
    protocolFor,
    metrics,
  };
}

/** Performs the trials of all runs that have no row yet, side by side. Answers how many trials have one in the end. */
async function walkAll(
  tools: JobTools,
  benchmark: BenchmarkRow,
  order: TrialOrder,
  metrics: Metric[],
  signal: AbortSignal,
): Promise<number> {
  const { store, modelCalls, prometheus, owner } = tools;
  const { benchmark_id, spec, total } = benchmark;
  const samples = createSampleReader(store.datasets, benchmark.dataset_id, order);
  let settled = 0;
  const progress = createCoalescer(() =>
    store.benchmarks.setSettled(
      benchmark_id,
      owner,
      settled,
      progressEvent(benchmark_id, "running", settled / total),
    ),
  );

  async function settle(context: TrialContext, run: number, index: number): Promise<void> {
    const sample = await samples.read(index);
    const { position, repeat } = order.at(index);
    const result = await performTrial(context, sample, repeat, signal);
    await store.trials.add({ benchmark_id, run, repeat, position, sample_id: sample.id, ...result });
    prometheus.trials.inc({ outcome: result.outcome });
    settled++;
    progress.touch();
  }

  async function walk(asked: RunRequest, run: number): Promise<void> {
    const context = contextOf(tools, benchmark, asked, metrics);
    const before = await settledBefore(store, benchmark_id, run, order);
    settled += before.count;
    await walkRun({
      total: order.total,
      window: windowOf(modelCalls.limitOf(asked.provider)),
      signal,
      isSettled: before.has,
      settle: (index) => settle(context, run, index),
    });
  }

  try {
    await Promise.all(spec.runs.map(walk));
  } finally {
    await progress.stop();
  }
  return settled;
}

/**
 * A claimed benchmark at work: settles what is missing, then sums up all that is there. When the signal says
 * `stopping` it leaves the benchmark open for the next process; when `cancelled`, it sums up what there is.
 */
export async function runJob(tools: JobTools, benchmark: BenchmarkRow, signal: AbortSignal): Promise<void> {
  const { store, catalogue, owner } = tools;
  const { benchmark_id, spec } = benchmark;
  const dataset = await store.datasets.find(benchmark.dataset_id);
  if (!dataset) throw new Error(`Dataset ${benchmark.dataset_id} is gone.`);
  const order = createTrialOrder(await positionsOf(store, benchmark, dataset), spec.iterations, spec.seed);
  const metrics = catalogue.require(spec.metrics);
  const settled = await walkAll(tools, benchmark, order, metrics, signal);
  if (signal.reason === ("stopping" satisfies EndReason)) return;
  const results = await aggregate(store.trials, benchmark, dataset, protocolsOf(dataset), metrics);
  if (signal.aborted) {
    await store.benchmarks.setResults(benchmark_id, settled, results);
    return;
  }
  const error = totalFailure(results);
  const status = error === null ? "completed" : "failed";
  const end = { status, settled, results, error, finished_at: now() } as const;
  await store.benchmarks.finish(benchmark_id, owner, end, progressEvent(benchmark_id, status, 1));
}
