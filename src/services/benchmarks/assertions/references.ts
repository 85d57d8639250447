import { AppError } from "../../../base/errors.ts";
import type { RunReference } from "../../../domain/benchmarks/comparison.ts";
import { labelOf } from "../../../domain/benchmarks/run.ts";
import type { Store } from "../../../store/index.ts";
import { requireComparable, resultsOf } from "../compare/comparable.ts";
import { placesIn } from "../order/shared-places.ts";
import type { RunColumns } from "../scores/columns.ts";
import { readRunScores } from "../scores/run-scores.ts";
import type { FinishedBenchmark } from "./judgement.ts";
import { missingTrialsOfRun } from "./missing-trials.ts";

export type ReferenceStores = Pick<Store, "benchmarks" | "datasets" | "sampleContents" | "trials">;

/** Finds the runs that assertions compare with. Reads each once. A text is the reason why a run is no reference. */
export function createReferences(
  store: ReferenceStores,
  { benchmark, results, table, order, dataset }: FinishedBenchmark,
) {
  const reads = new Map<string, Promise<RunColumns | string>>();

  function runOfThisBenchmark(label: string): RunColumns | string {
    const missing = missingTrialsOfRun(results, label, benchmark.spec);
    if (missing) return `the run '${label}' is incomplete: ${missing}`;
    return table.runs.find((run) => run.label === label) ?? `there is no run '${label}'`;
  }

  async function readOther(benchmark_id: string, label: string): Promise<RunColumns | string> {
    const other = await store.benchmarks.find(benchmark_id);
    if (!other) return `benchmark ${benchmark_id} was deleted`;
    requireComparable(results, resultsOf(other));
    const run = other.spec.runs.findIndex((each) => labelOf(each) === label);
    if (run === -1) return `benchmark ${benchmark_id} has no run '${label}'`;
    const missing = missingTrialsOfRun(resultsOf(other), label, other.spec);
    if (missing) return `the run '${label}' of benchmark ${benchmark_id} is incomplete: ${missing}`;
    const places = await placesIn(store, { order, dataset }, other);
    const { metrics } = table;
    const { reduce } = benchmark.spec;
    return (await readRunScores(store.trials, { benchmark: other, run, metrics, places, reduce })).columns;
  }

  async function runOfAnother(benchmark_id: string, label: string): Promise<RunColumns | string> {
    try {
      return await readOther(benchmark_id, label);
    } catch (error) {
      if (error instanceof AppError) return error.message;
      throw error;
    }
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
