import type { BenchmarkSpec } from "../../../domain/benchmarks/benchmark.ts";
import type { RunParams, RunRequest } from "../../../domain/benchmarks/run.ts";

/** How a run is asked: as it says, and else as the benchmark says. */
export const paramsOf = ({ params }: Pick<BenchmarkSpec, "params">, run: RunRequest): RunParams => ({
  ...params,
  ...run.params,
});
