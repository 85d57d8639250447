import type { BenchmarkResults } from "../../domain/benchmark-results.ts";
import type { BenchmarkRow } from "../../store/benchmarks.ts";
import type { Places } from "./columns.ts";
import type { ScoreTable } from "./table.ts";

/** A finished benchmark, with all its scores. */
export interface Finished {
  benchmark: BenchmarkRow;
  results: BenchmarkResults;
  table: ScoreTable;
  places: Places;
}

/** Whether an assertion holds of a run, and why. */
export interface Judgement {
  passed: boolean;
  reason: string;
}

/** A figure in a reason. */
export const figure = (value: number): string => String(Number(value.toPrecision(4)));

export const failed = (reason: string): Judgement => ({ passed: false, reason });
