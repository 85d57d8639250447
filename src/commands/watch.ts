import { type Benchmark, type CreateBenchmark, isTerminal } from "../domain/benchmarks/benchmark.ts";
import type { Operate } from "./operator.ts";

const POLL_MS = 100;

export const startBenchmark = async (operate: Operate, request: CreateBenchmark): Promise<Benchmark> =>
  (await operate("POST", "/v1/benchmarks", request)) as Benchmark;

/**
 * Waits until a benchmark ends, and returns it. Calls `onProgress` with the progress, 0 to 1. It polls, because that
 * works over a Unix socket, over a network and within the process.
 */
export async function followBenchmark(
  operate: Operate,
  benchmark_id: string,
  onProgress: (share: number) => void,
): Promise<Benchmark> {
  for (;;) {
    const benchmark = (await operate("GET", `/v1/benchmarks/${benchmark_id}`)) as Benchmark;
    onProgress(benchmark.progress);
    if (isTerminal(benchmark.status)) return benchmark;
    await Bun.sleep(POLL_MS);
  }
}
