import type { Reduce } from "../../../domain/benchmarks/reduce.ts";
import { labelOf } from "../../../domain/benchmarks/run.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { ScoredTrial, TrialStore } from "../../../store/trials.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import { createRunColumns, type GroupIndex, type Places, type RunColumns } from "./columns.ts";
import { reducedColumns } from "./reduction.ts";

export interface RunScoresQuery {
  benchmark: Pick<BenchmarkRow, "benchmark_id" | "spec">;
  /** Index of the run in the benchmark. */
  run: number;
  metrics: readonly ReadyMetric[];
  /** The order that the scores are placed by. It may be another benchmark's. */
  places: Places;
  groups?: GroupIndex | undefined;
  /** How repeats become one score per sample. It may be another benchmark's. */
  reduce: Reduce | undefined;
  /** Called with each row, in the order of the rows' keys. */
  onRow?: (row: ScoredTrial) => void;
}

export interface RunScores {
  columns: RunColumns;
  /** Number of trials that have no place in the order. */
  outside: number;
}

/** Reads the scores of one run from its rows. */
export async function readRunScores(
  trials: Pick<TrialStore, "chunks">,
  { benchmark, run, metrics, places, groups, reduce, onRow }: RunScoresQuery,
): Promise<RunScores> {
  const { benchmark_id, spec } = benchmark;
  const label = labelOf(spec.runs[run]!);
  const columns = createRunColumns({ label, metrics: metrics.map(({ key }) => key), places, groups });
  let outside = 0;
  for await (const rows of trials.chunks(benchmark_id, run)) {
    for (const row of rows) {
      onRow?.(row);
      if (!columns.add(row)) outside++;
    }
  }
  return { columns: reducedColumns(columns, places, { metrics, reduce }), outside };
}
