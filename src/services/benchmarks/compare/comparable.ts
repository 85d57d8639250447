import { AppError } from "../../../base/errors.ts";
import { canonicalJson } from "../../../base/hash.ts";
import { isTerminal } from "../../../domain/benchmarks/benchmark.ts";
import type { BenchmarkResults } from "../../../domain/benchmarks/benchmark-results.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";

/** Returns a benchmark's results. Throws CONFLICT if it has none yet. */
export function resultsOf({ benchmark_id, status, results }: BenchmarkRow): BenchmarkResults {
  if (isTerminal(status) && results) return results;
  throw new AppError(
    "CONFLICT",
    `Benchmark ${benchmark_id} has no results yet: its status is ${status}. Try again once it has ended.`,
    { status },
  );
}

/** Throws CONFLICT unless two benchmarks used the same protocols: a score moves with its protocol. */
export function requireComparable(
  first: Pick<BenchmarkResults, "protocols">,
  second: Pick<BenchmarkResults, "protocols">,
): void {
  if (canonicalJson(first.protocols) !== canonicalJson(second.protocols))
    throw new AppError(
      "CONFLICT",
      "The two benchmarks used different protocols, so their scores can't be compared.",
      { protocols: [first.protocols, second.protocols] },
    );
}
