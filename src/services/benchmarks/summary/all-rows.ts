import { protocolNamesOf } from "../../../datasets/asking.ts";
import type { BenchmarkResults } from "../../../domain/benchmarks/benchmark-results.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { Store } from "../../../store/index.ts";
import type { MetricCatalogue } from "../../catalogues/metrics.ts";
import type { ScoreTable } from "../compare/score-table.ts";
import { datasetOf, orderOf } from "../order/benchmark-order.ts";
import { hiddenContexts } from "../order/hidden-context.ts";
import type { OrderedBenchmark } from "../order/shared-places.ts";
import { aggregate } from "./results.ts";

/** What results are computed with. */
export interface ResultTools {
  store: Pick<Store, "benchmarks" | "datasets" | "sampleFields" | "trials">;
  catalogue: MetricCatalogue;
}

interface Aggregate extends OrderedBenchmark {
  results: BenchmarkResults;
  table: ScoreTable;
}

/**
 * Computes the results of all of a benchmark's rows so far, without assertions. `stopped` says by run why it was stopped.
 * Throws if the dataset was deleted or a metric is no longer known.
 */
export async function aggregateRows(
  { store, catalogue }: ResultTools,
  benchmark: BenchmarkRow,
  stopped: readonly (string | null)[] = [],
): Promise<Aggregate> {
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
  const hidden = await hiddenContexts(store.sampleFields, { spec: benchmark.spec, dataset });
  for (const [index, run] of results.runs.entries()) if (hidden[index]) run.context_not_shown = hidden[index];
  return { results, table, order, dataset };
}
