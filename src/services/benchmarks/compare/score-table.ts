import type { BenchmarkSpec } from "../../../domain/benchmarks/benchmark.ts";
import type { Comparison } from "../../../domain/benchmarks/comparison.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import { clustersOf, type GroupIndex, type Places, type RunColumns } from "../scores/columns.ts";
import { marginOf } from "../scores/margin.ts";
import type { Side } from "./pairing.ts";
import { allPairs, type ComparisonDesign, comparePairs } from "./pair-comparisons.ts";

/** All scores of a benchmark, and what they are compared by. */
export interface ScoreTable {
  readonly metrics: readonly ReadyMetric[];
  readonly runs: readonly RunColumns[];
  /** The cluster of each place as it was asked for; by sample alone; undefined where each is independent. */
  readonly clusters: Uint32Array | undefined;
  readonly repeats: Uint32Array | undefined;
  /** A run's scores in the metric with that index. */
  side(run: RunColumns, metric: number): Side;
  designOf(metric: ReadyMetric): ComparisonDesign;
}

type ComparedSpec = Pick<BenchmarkSpec, "cluster_by" | "equivalence_margin" | "seed">;

export function createScoreTable(
  spec: ComparedSpec,
  metrics: readonly ReadyMetric[],
  places: Places,
  runs: readonly RunColumns[],
  groups: GroupIndex,
): ScoreTable {
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

/** Each two runs in each metric, metric by metric. */
export async function compareRuns(table: ScoreTable): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const [index, metric] of table.metrics.entries()) {
    const sides = table.runs.map((run) => table.side(run, index));
    comparisons.push(...(await comparePairs(metric, allPairs(sides), table.designOf(metric))));
  }
  return comparisons;
}
