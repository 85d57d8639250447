import type { BenchmarkSpec } from "../../../domain/benchmarks/benchmark.ts";
import type { RunParams, RunRequest } from "../../../domain/benchmarks/run.ts";

/** Returns the parameters of a run: its own take precedence over the benchmark's. */
export const paramsOf = ({ params }: Pick<BenchmarkSpec, "params">, run: RunRequest): RunParams => ({
  ...params,
  ...run.params,
});
