import { AppError } from "../../../base/errors.ts";
import type { RunReference } from "../../../domain/benchmarks/comparison.ts";
import { labelOf } from "../../../domain/benchmarks/run.ts";
import type { Store } from "../../../store/index.ts";
import { requireComparable, resultsOf } from "../compare/comparable.ts";
import type { RunColumns } from "../scores/columns.ts";
import { readRunScores } from "../scores/run-scores.ts";
import type { FinishedBenchmark } from "./judgement.ts";
import { missingTrialsOfRun } from "./missing-trials.ts";

/** Finds the runs that assertions compare with. Reads each once. A text is the reason why a run is no reference. */
export function createReferences(
  { benchmarks, trials }: Pick<Store, "benchmarks" | "trials">,
  { benchmark, results, table, places }: FinishedBenchmark,
) {
  const reads = new Map<string, Promise<RunColumns | string>>();

  function runOfThisBenchmark(label: string): RunColumns | string {
    const missing = missingTrialsOfRun(results, label, benchmark.spec);
    if (missing) return `the run '${label}' is incomplete: ${missing}`;
    return table.runs.find((run) => run.label === label) ?? `there is no run '${label}'`;
  }

  async function runOfAnother(benchmark_id: string, label: string): Promise<RunColumns | string> {
    const other = await benchmarks.find(benchmark_id);
    if (!other) return `benchmark ${benchmark_id} was deleted`;
    try {
      requireComparable(results, resultsOf(other));
    } catch (error) {
      if (error instanceof AppError) return error.message;
      throw error;
    }
    const run = other.spec.runs.findIndex((each) => labelOf(each) === label);
    if (run === -1) return `benchmark ${benchmark_id} has no run '${label}'`;
    const missing = missingTrialsOfRun(resultsOf(other), label, other.spec);
    if (missing) return `the run '${label}' of benchmark ${benchmark_id} is incomplete: ${missing}`;
    const { metrics } = table;
    const { reduce } = benchmark.spec;
    return (await readRunScores(trials, { benchmark: other, run, metrics, places, reduce })).columns;
  }

  return {
    async find(reference: RunReference): Promise<RunColumns | string> {
      if (typeof reference === "string") return runOfThisBenchmark(reference);
      const { benchmark_id, run } = reference;
      const key = `${benchmark_id}:${run}`;
      const read = reads.get(key) ?? runOfAnother(benchmark_id, run);
      reads.set(key, read);
      return read;
    },
  };
}
export type References = ReturnType<typeof createReferences>;
