import { isTerminal } from "../../../domain/benchmarks/benchmark.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { TrialStore } from "../../../store/trials.ts";
import { readColumns, type TrialColumns, type Yardstick } from "./columns.ts";

/** About 50 MB at most. */
const TRIALS_KEPT = 3_000_000;
/** For a running benchmark the columns may lag by this time: reading them for each request would be expensive. */
const STALE_MS = 5_000;

interface Entry {
  columns: Promise<TrialColumns>;
  trials: number;
  /** When the columns are read again, in milliseconds of `performance.now()`; never for an ended benchmark. */
  stale_at: number;
}

/** Returns what identifies columns. An ended benchmark that is resumed has another status or more rows afterwards. */
const keyOf = ({ benchmark_id, status, settled }: BenchmarkRow, { key }: Yardstick): string =>
  isTerminal(status) ? `${benchmark_id} ${status} ${settled} ${key}` : `${benchmark_id} ${key}`;

/** Keeps the columns of the benchmarks that were read last. Requests at the same time share one read. */
export function createColumnsCache(trials: Pick<TrialStore, "filterChunks">) {
  const entries = new Map<string, Entry>();

  function makeRoom(): void {
    let kept = 0;
    for (const [key, { trials: count }] of [...entries].reverse()) {
      kept += count;
      if (kept > TRIALS_KEPT) entries.delete(key);
    }
  }

  function load(benchmark: BenchmarkRow, yardstick: Yardstick, key: string): Entry {
    const { benchmark_id, spec, status, settled } = benchmark;
    const columns = readColumns(trials, { benchmark_id, runs: spec.runs.length }, yardstick);
    const stale_at = isTerminal(status) ? Number.POSITIVE_INFINITY : performance.now() + STALE_MS;
    columns.catch(() => entries.delete(key));
    return { columns, trials: settled, stale_at };
  }

  return {
    columnsOf(benchmark: BenchmarkRow, yardstick: Yardstick): Promise<TrialColumns> {
      const key = keyOf(benchmark, yardstick);
      const known = entries.get(key);
      const entry = known && performance.now() < known.stale_at ? known : load(benchmark, yardstick, key);
      entries.delete(key);
      entries.set(key, entry);
      makeRoom();
      return entry.columns;
    },
  };
}
