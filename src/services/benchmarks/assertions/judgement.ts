import type { BenchmarkResults } from "../../../domain/benchmarks/benchmark-results.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { ScoreTable } from "../compare/score-table.ts";
import type { Places } from "../scores/columns.ts";

/** A finished benchmark with all its scores: what assertions are judged by. */
export interface FinishedBenchmark {
  benchmark: BenchmarkRow;
  results: BenchmarkResults;
  table: ScoreTable;
  places: Places;
}

/** Whether an assertion holds for a run, and why. */
export interface Judgement {
  passed: boolean;
  reason: string;
}

export const failed = (reason: string): Judgement => ({ passed: false, reason });
