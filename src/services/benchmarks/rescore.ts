import { AppError } from "../../base/errors.ts";
import {
  type CreateBenchmark,
  isTerminal,
  type RescoreBenchmark,
} from "../../domain/benchmarks/benchmark.ts";
import type { BenchmarkRow, BenchmarkStore } from "../../store/benchmarks.ts";
import type { Preparation } from "./prepare.ts";

/** The benchmark as if it were asked for anew, with what is to be other than it was. */
function requestOf({ name, dataset, spec }: BenchmarkRow, change: RescoreBenchmark): CreateBenchmark {
  const { runs, metrics, iterations, seed, cluster_by, params, equivalence_margin, assertions, judge } = spec;
  const before = {
    ...(equivalence_margin === undefined ? {} : { equivalence_margin }),
    // Those about metrics that are not asked for any more would be refused.
    ...(assertions && change.metrics === undefined ? { assertions } : {}),
    ...(judge ? { judge } : {}),
    ...(spec.protocol ? { protocol: spec.protocol } : {}),
  };
  return {
    name: `${name}, rescored`.slice(0, 200),
    dataset,
    providers: runs,
    metrics,
    iterations,
    seed,
    cluster_by,
    params,
    ...before,
    ...change,
  };
}

/**
 * What is stored of a benchmark that scores another's outputs. Throws CONFLICT while that one is at work, and
 * BAD_REQUEST for metrics, a protocol or a judge that its samples can't be scored by: before a judge is paid.
 */
export async function rescoredSpec(source: BenchmarkRow, change: RescoreBenchmark, prepare: Preparation) {
  const { benchmark_id, status, settled } = source;
  if (!isTerminal(status))
    throw new AppError(
      "CONFLICT",
      "The benchmark is at work: its outputs are scored anew once it has ended.",
      {
        status,
      },
    );
  if (settled === 0)
    throw new AppError("CONFLICT", "The benchmark has no trials whose outputs could be scored.");
  const request = requestOf(source, change);
  const { spec } = await prepare(request, "judges");
  return { name: request.name, spec: { ...spec, prices: source.spec.prices, rescores: benchmark_id } };
}

/** CONFLICT while others score the benchmark's outputs anew. */
export async function refuseWhileRescored(benchmarks: BenchmarkStore, id: string): Promise<void> {
  const [other] = await benchmarks.openRescoresOf(id);
  if (other)
    throw new AppError("CONFLICT", `Benchmark ${other} scores the outputs of this one: cancel it first.`, {
      benchmark_id: other,
    });
}
