import type { BenchmarkComparison } from "../../../domain/benchmarks/comparison.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { Store } from "../../../store/index.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import { datasetOf, orderOf } from "../order/benchmark-order.ts";
import { placesIn } from "../order/shared-places.ts";
import { createGroupIndex, type RunColumns } from "../scores/columns.ts";
import { type RunScores, readRunScores } from "../scores/run-scores.ts";
import { comparePairsOfRuns, createScoreTable } from "./score-table.ts";

/** The index of a run of the first benchmark and of a run of the second. */
export interface RunPair {
  a: number;
  b: number;
}

interface BenchmarkPair {
  first: BenchmarkRow;
  second: BenchmarkRow;
  runs: readonly RunPair[];
  /** Metrics that both benchmarks have. */
  metrics: readonly ReadyMetric[];
}

/** Counts the trials that pair, and those of either run that don't. */
function countsOf(a: RunColumns, b: RunScores): BenchmarkComparison["pairs"][number] {
  let paired = 0;
  let [all_a, all_b] = [0, b.outside];
  for (let place = 0; place < a.hasTrial.length; place++) {
    const [in_a, in_b] = [a.hasTrial[place]!, b.columns.hasTrial[place]!];
    all_a += in_a;
    all_b += in_b;
    paired += in_a & in_b;
  }
  return {
    a: a.label,
    b: b.columns.label,
    paired,
    unpaired_a: all_a - paired,
    unpaired_b: all_b - paired,
  };
}

/**
 * Compares runs of two benchmarks, by pairs of trials whose samples have the same content, and with the same repeat.
 * Throws CONFLICT if they share no sample. Margin, reduction, clusters and seed are those of the first benchmark. Holm's adjustment covers the pairs of runs within each metric.
 */
export async function compareBenchmarks(
  store: Pick<Store, "datasets" | "sampleContents" | "trials">,
  { first, second, runs, metrics }: BenchmarkPair,
): Promise<Pick<BenchmarkComparison, "comparisons" | "pairs">> {
  const { trials } = store;
  const dataset = await datasetOf(store, first);
  const places = await orderOf(store, first, dataset);
  const otherPlaces = await placesIn(store, { dataset, order: places }, second);
  const groups = createGroupIndex(places.total);
  const { reduce } = first.spec;
  const pairs: { a: RunColumns; b: RunScores }[] = [];
  for (const { a, b } of runs) {
    const shared = { metrics, places, reduce };
    const { columns } = await readRunScores(trials, { ...shared, benchmark: first, run: a, groups });
    pairs.push({
      a: columns,
      b: await readRunScores(trials, { ...shared, benchmark: second, run: b, places: otherPlaces }),
    });
  }
  const firstRuns = pairs.map(({ a }) => a);
  const table = createScoreTable({ spec: first.spec, metrics, places, runs: firstRuns, groups });
  const columns = pairs.map(({ a, b }) => ({ a, b: b.columns }));
  return {
    comparisons: await comparePairsOfRuns(table, columns),
    pairs: pairs.map(({ a, b }) => countsOf(a, b)),
  };
}
