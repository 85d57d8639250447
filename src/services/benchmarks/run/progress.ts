import type { BenchmarkStatus } from "../../../domain/benchmarks/benchmark.ts";
import type { NewEvent } from "../../../events.ts";

export const progressEvent = (benchmark_id: string, status: BenchmarkStatus, progress: number): NewEvent => ({
  topic: "benchmark.progress",
  data: { benchmark_id, progress, status },
});

/**
 * How far a benchmark is that has not ended: settled trials over all, and half a trial short of 1 while the results are
 * made, for whoever waits for 1 then reads them.
 */
export const progressBefore = (settled: number, total: number): number =>
  Math.min(settled, total - 0.5) / total;

/** Tells at most ten times a second, and what it tells is never older than that. */
export interface Coalescer {
  /** Something changed. */
  touch(): void;
  /** Tells no more; resolves when what is being told has been told, throws if a telling failed. */
  stop(): Promise<void>;
}

const INTERVAL_MS = 100;

/** After a telling that failed it tells no more. */
export function createCoalescer(tell: () => Promise<void>): Coalescer {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let told = Promise.resolve();

  function tellNow(): void {
    timer = undefined;
    told = told.then(tell);
    // The failure is met by whoever awaits `stop`; until then it must not count as unhandled.
    told.catch(() => undefined);
  }

  return {
    touch() {
      timer ??= setTimeout(tellNow, INTERVAL_MS);
    },
    async stop() {
      clearTimeout(timer);
      timer = undefined;
      await told;
    },
  };
}
