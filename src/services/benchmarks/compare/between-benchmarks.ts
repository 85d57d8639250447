import type { BenchmarkComparison, Comparison } from "../../../domain/benchmarks/comparison.ts";
import { labelOf } from "../../../domain/benchmarks/run.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { Store } from "../../../store/index.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import { datasetOf, orderOf } from "../order/benchmark-order.ts";
import {
  createGroupIndex,
  createRunColumns,
  type GroupIndex,
  type Places,
  type RunColumns,
} from "../scores/columns.ts";
import { eachTrial } from "../scores/run-scores.ts";
import { comparePairs } from "./pair-comparisons.ts";
import { createScoreTable, type ScoreTable } from "./score-table.ts";

type Stored = Pick<Store, "datasets" | "trials">;

/** A run of the one and a run of the other benchmark, by their index. */
export interface RunPair {
  a: number;
  b: number;
}

interface ReadRun {
  columns: RunColumns;
  /** Its trials that have no place in the order read by. */
  outside: number;
}

/** A run's scores by the places of an order that may be another benchmark's. */
export async function readRunBy(
  { trials }: Pick<Store, "trials">,
  { benchmark_id, spec }: BenchmarkRow,
  run: number,
  metrics: readonly ReadyMetric[],
  places: Places,
  groups?: GroupIndex,
): Promise<ReadRun> {
  const keys = metrics.map(({ key }) => key);
  const columns = createRunColumns(labelOf(spec.runs[run]!), keys, places, groups);
  let outside = 0;
  await eachTrial(trials, benchmark_id, run, (row) => {
    if (!columns.add(row)) outside++;
  });
  return { columns, outside };
}

function countsOf(a: RunColumns, b: ReadRun): BenchmarkComparison["pairs"][number] {
  let paired = 0;
  let [all_a, all_b] = [0, b.outside];
  for (let place = 0; place < a.asked.length; place++) {
    const [in_a, in_b] = [a.asked[place]!, b.columns.asked[place]!];
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
 * Compares runs of two benchmarks over the same samples, trial by trial of the same sample and repeat. Margin and
 * clusters are the first one's; Holm is over the pairs of runs, within each metric.
 */
export async function compareAcross(
  store: Stored,
  first: BenchmarkRow,
  second: BenchmarkRow,
  runs: readonly RunPair[],
  metrics: readonly ReadyMetric[],
): Promise<Pick<BenchmarkComparison, "comparisons" | "pairs">> {
  const order = await orderOf(store, first, await datasetOf(store, first));
  const groups = createGroupIndex(order.total);
  const sides: { a: RunColumns; b: ReadRun }[] = [];
  for (const { a, b } of runs) {
    const { columns } = await readRunBy(store, first, a, metrics, order, groups);
    sides.push({ a: columns, b: await readRunBy(store, second, b, metrics, order) });
  }
  const own = sides.map(({ a }) => a);
  const table = createScoreTable(first.spec, metrics, order, own, groups);
  return {
    comparisons: await comparisonsOf(
      table,
      sides.map(({ a, b }) => ({ a, b: b.columns })),
    ),
    pairs: sides.map(({ a, b }) => countsOf(a, b)),
  };
}

async function comparisonsOf(
  table: ScoreTable,
  sides: { a: RunColumns; b: RunColumns }[],
): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const [index, metric] of table.metrics.entries()) {
    const pairings = sides.map(({ a, b }) => ({ a: table.side(a, index), b: table.side(b, index) }));
    comparisons.push(...(await comparePairs(metric, pairings, table.designOf(metric))));
  }
  return comparisons;
}
