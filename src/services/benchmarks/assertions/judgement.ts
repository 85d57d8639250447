import type { BenchmarkSpec } from "../../../domain/benchmarks/benchmark.ts";
import type { BenchmarkResults, RunResult } from "../../../domain/benchmarks/benchmark-results.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { ScoreTable } from "../compare/score-table.ts";
import type { Places } from "../scores/columns.ts";

/** A finished benchmark, with all its scores. */
export interface FinishedBenchmark {
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

/** Which trials of a run did not take place, as it was stopped or the benchmark ended before; null if all did. */
export function missingTrials(
  { trials, outcomes, stopped }: Pick<RunResult, "trials" | "outcomes" | "stopped">,
  { iterations }: Pick<BenchmarkSpec, "iterations">,
): string | null {
  // A stopped run counts the rest of its trials as skipped; another's are those that a transform failed.
  const made = stopped ? trials - outcomes.skipped : trials;
  return made < iterations ? `only ${made} of ${iterations} trials took place` : null;
}

/** The same of the run of that label: one that was cut short is no measure for another. */
export function missingTrialsOfRun(
  { runs }: Pick<BenchmarkResults, "runs">,
  label: string,
  spec: Pick<BenchmarkSpec, "iterations">,
): string | null {
  const run = runs.find((each) => each.run === label);
  return run ? missingTrials(run, spec) : null;
}
