import type { BenchmarkStatus } from "../../../domain/benchmarks/benchmark.ts";
import type { NewEvent } from "../../../events.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { JobTools } from "./job-tools.ts";

export const progressEvent = (benchmark_id: string, status: BenchmarkStatus, progress: number): NewEvent => ({
  topic: "benchmark.progress",
  data: { benchmark_id, progress, status },
});

/**
 * Returns the progress of a benchmark that has not ended: settled trials over all trials. It stays half a trial below 1
 * while the results are computed, because clients read the results once the progress is 1.
 */
export const progressBefore = (settled: number, total: number): number =>
  Math.min(settled, total - 0.5) / total;

/** Calls `report` at most ten times a second, and at most 100 ms after a change. */
export interface Coalescer {
  /** Notes a change. */
  touch(): void;
  /** Drops a report that has not begun and waits for those that have. Throws if a report failed. */
  stop(): Promise<void>;
}

const INTERVAL_MS = 100;

/** Creates a coalescer. After a failed report, it makes no more. */
export function createCoalescer(report: () => Promise<void>): Coalescer {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let reports = Promise.resolve();

  function reportNow(): void {
    timer = undefined;
    reports = reports.then(report);
    // `stop` throws the failure. Until then it must not count as unhandled.
    reports.catch(() => undefined);
  }

  return {
    touch() {
      timer ??= setTimeout(reportNow, INTERVAL_MS);
    },
    async stop() {
      clearTimeout(timer);
      timer = undefined;
      await reports;
    },
  };
}

/** Counts the settled trials of a running benchmark, and stores and publishes the count. */
export interface SettledProgress extends Pick<Coalescer, "stop"> {
  add(trials: number): void;
}

interface ProgressOptions {
  benchmark: Pick<BenchmarkRow, "benchmark_id" | "total">;
  /** Number of trials that are settled at the beginning. */
  settled: number;
  /** Returns the US dollars that the benchmark has spent; null if it has no budget. */
  spentUsd(): number | null;
  /** Called if the benchmark no longer belongs to this process. */
  onLost(): void;
}

export function createSettledProgress(
  { store, owner }: Pick<JobTools, "store" | "owner">,
  { benchmark: { benchmark_id, total }, settled: before, spentUsd, onLost }: ProgressOptions,
): SettledProgress {
  let settled = before;
  const coalescer = createCoalescer(async () => {
    const event = progressEvent(benchmark_id, "running", progressBefore(settled, total));
    const state = { settled, spent_usd: spentUsd() };
    if (!(await store.benchmarks.setSettled({ id: benchmark_id, owner }, state, event))) onLost();
  });
  return {
    add(trials) {
      settled += trials;
      coalescer.touch();
    },
    stop: coalescer.stop,
  };
}
