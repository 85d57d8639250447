import { AppError } from "../../../base/errors.ts";
import type { RunReference } from "../../../domain/benchmarks/comparison.ts";
import { labelOf } from "../../../domain/benchmarks/run.ts";
import type { Store } from "../../../store/index.ts";
import { readRunBy } from "../compare/between-benchmarks.ts";
import { requireComparable, resultsOf } from "../compare/comparable.ts";
import type { RunColumns } from "../scores/columns.ts";
import { type FinishedBenchmark, missingTrialsOfRun } from "./judgement.ts";

/** The runs that assertions compare with, each read once. A text says why one can't be had. */
export function createReferences(
  { benchmarks, trials }: Pick<Store, "benchmarks" | "trials">,
  { benchmark, results, table, places }: FinishedBenchmark,
) {
  const read = new Map<string, Promise<RunColumns | string>>();

  function own(label: string): RunColumns | string {
    const lack = missingTrialsOfRun(results, label, benchmark.spec);
    if (lack) return `of the run '${label}' ${lack}`;
    return table.runs.find((run) => run.label === label) ?? `there is no run '${label}'`;
  }

  async function foreign(benchmark_id: string, label: string): Promise<RunColumns | string> {
    const other = await benchmarks.find(benchmark_id);
    if (!other) return `benchmark ${benchmark_id} is gone`;
    try {
      requireComparable(results, resultsOf(other));
    } catch (error) {
      if (error instanceof AppError) return error.message;
      throw error;
    }
    const run = other.spec.runs.findIndex((each) => labelOf(each) === label);
    if (run === -1) return `benchmark ${benchmark_id} has no run '${label}'`;
    const lack = missingTrialsOfRun(resultsOf(other), label, other.spec);
    if (lack) return `of the run '${label}' of benchmark ${benchmark_id} ${lack}`;
    return (await readRunBy({ trials }, other, run, table.metrics, places)).columns;
  }

  return {
    async find(reference: RunReference): Promise<RunColumns | string> {
      if (typeof reference === "string") return own(reference);
      const { benchmark_id, run } = reference;
      const key = `${benchmark_id}:${run}`;
      const found = read.get(key) ?? foreign(benchmark_id, run);
      read.set(key, found);
      return found;
    },
  };
}
export type References = ReturnType<typeof createReferences>;
