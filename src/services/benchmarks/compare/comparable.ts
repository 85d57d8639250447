import { AppError } from "../../../base/errors.ts";
import { canonicalJson } from "../../../base/hash.ts";
import { isTerminal } from "../../../domain/benchmarks/benchmark.ts";
import type { BenchmarkResults } from "../../../domain/benchmarks/benchmark-results.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";

/** A benchmark's results; CONFLICT if it is not done. */
export function resultsOf({ benchmark_id, status, results }: BenchmarkRow): BenchmarkResults {
  if (isTerminal(status) && results) return results;
  throw new AppError("CONFLICT", `Benchmark ${benchmark_id} has no results yet: it is ${status}.`, {
    status,
  });
}

/** Throws CONFLICT unless both asked the same questions in the same way: then a sample's position names it in both. */
export function requireComparable(
  first: Pick<BenchmarkResults, "dataset" | "protocols">,
  second: Pick<BenchmarkResults, "dataset" | "protocols">,
): void {
  if (first.dataset.content_hash !== second.dataset.content_hash) {
    throw new AppError("CONFLICT", "The two benchmarks are over different samples, so that nothing pairs.", {
      datasets: [first.dataset, second.dataset],
    });
  }
  const protocols = [first.protocols, second.protocols];
  if (canonicalJson(first.protocols) !== canonicalJson(second.protocols)) {
    throw new AppError(
      "CONFLICT",
      "The two benchmarks asked by different protocols, whose scores don't compare.",
      {
        protocols,
      },
    );
  }
}
