import type { BenchmarkResults } from "../../../domain/benchmarks/benchmark-results.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { ScoreTable } from "../compare/score-table.ts";
import type { OrderedBenchmark } from "../order/shared-places.ts";

/** A finished benchmark with all its scores: what assertions are judged by. */
export interface FinishedBenchmark extends OrderedBenchmark {
  benchmark: BenchmarkRow;
  results: BenchmarkResults;
  table: ScoreTable;
}

/** Whether an assertion holds for a run, and why. */
export interface Judgement {
  passed: boolean;
  reason: string;
}

export const failed = (reason: string): Judgement => ({ passed: false, reason });
