import { notFound } from "../../base/errors.ts";
import type { BenchmarkRow, BenchmarkStore } from "../../store/benchmarks.ts";

/** Returns the benchmark with that id. Throws NOT_FOUND if there is none. */
export async function requireBenchmark(
  benchmarks: Pick<BenchmarkStore, "find">,
  id: string,
): Promise<BenchmarkRow> {
  const row = await benchmarks.find(id);
  if (!row) throw notFound("benchmark", id);
  return row;
}
