import type { BenchmarkSpec } from "../../../domain/benchmarks/benchmark.ts";
import type { BenchmarkResults, RunResult } from "../../../domain/benchmarks/benchmark-results.ts";

/**
 * Returns in words how many of a run's trials took place, if the run or its benchmark ended before the last one; null
 * if all took place.
 */
export function missingTrials(
  { trials, outcomes, stopped }: Pick<RunResult, "trials" | "outcomes" | "stopped">,
  { iterations }: Pick<BenchmarkSpec, "iterations">,
): string | null {
  // A stopped run counts its remaining trials as skipped. In other runs, skipped trials are those a transform failed.
  const performed = stopped ? trials - outcomes.skipped : trials;
  return performed < iterations ? `only ${performed} of ${iterations} trials took place` : null;
}

/** Like `missingTrials`, for the run with this label. An incomplete run cannot be a reference. */
export function missingTrialsOfRun(
  { runs }: Pick<BenchmarkResults, "runs">,
  label: string,
  spec: Pick<BenchmarkSpec, "iterations">,
): string | null {
  const run = runs.find((each) => each.run === label);
  return run ? missingTrials(run, spec) : null;
}
