import type { BenchmarkSpec } from "../../../domain/benchmarks/benchmark.ts";
import type { Comparison } from "../../../domain/benchmarks/comparison.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import { clustersOf, type GroupIndex, type Places, type RunColumns } from "../scores/columns.ts";
import { marginOf } from "../scores/margin.ts";
import { allPairs, type ComparisonDesign, comparePairs } from "./pair-comparisons.ts";
import type { Side } from "./pairing.ts";

/** All scores of a benchmark, and the design of their comparisons. */
export interface ScoreTable {
  readonly metrics: readonly ReadyMetric[];
  readonly runs: readonly RunColumns[];
  /** The cluster of each place by the benchmark's `cluster_by`; undefined if all trials are independent. */
  readonly clusters: Uint32Array | undefined;
  /** The cluster of each place by sample; undefined if no sample is repeated. */
  readonly repeats: Uint32Array | undefined;
  /** Returns a run's scores in the metric with that index. */
  side(run: RunColumns, metric: number): Side;
  designOf(metric: ReadyMetric): ComparisonDesign;
}

interface TableParts {
  spec: Pick<BenchmarkSpec, "cluster_by" | "equivalence_margin" | "seed">;
  metrics: readonly ReadyMetric[];
  places: Places;
  runs: readonly RunColumns[];
  groups: GroupIndex;
}

export function createScoreTable({ spec, metrics, places, runs, groups }: TableParts): ScoreTable {
  const repeated = runs.some((run) => run.repeated);
  const repeats = clustersOf(places, repeated);
  const clusters = spec.cluster_by === "group" ? clustersOf(places, repeated, groups) : repeats;
  return {
    metrics,
    runs,
    clusters,
    repeats,
    side: ({ label, values, parts }, metric) => ({ label, values: values[metric]!, parts: parts[metric]! }),
    designOf: (metric) => ({
      clusters,
      samples: places.samples,
      margin: marginOf(metric, spec.equivalence_margin),
      seed: spec.seed,
    }),
  };
}

/** Two runs' scores in all metrics. */
export interface RunColumnsPair {
  a: RunColumns;
  b: RunColumns;
}

/** Compares every pair of the table's runs, metric by metric. */
export const compareRuns = (table: ScoreTable): Promise<Comparison[]> =>
  comparePairsOfRuns(table, allPairs(table.runs));

/** Compares the given pairs of runs, metric by metric. The runs may be another benchmark's. */
export async function comparePairsOfRuns(
  table: ScoreTable,
  pairs: readonly RunColumnsPair[],
): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const [index, metric] of table.metrics.entries()) {
    const pairings = pairs.map(({ a, b }) => ({ a: table.side(a, index), b: table.side(b, index) }));
    comparisons.push(...(await comparePairs(metric, pairings, table.designOf(metric))));
  }
  return comparisons;
}
