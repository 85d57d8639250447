import { isTerminal } from "../../../domain/benchmarks/benchmark.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { TrialStore } from "../../../store/trials.ts";
import { readColumns, type TrialColumns, type Yardstick } from "./columns.ts";

/** Some fifty megabytes at the most. */
const TRIALS_KEPT = 3_000_000;
/** Of a benchmark at work the columns may be a little behind: reading them for each request would be dear. */
const STALE_MS = 5_000;

interface Entry {
  columns: Promise<TrialColumns>;
  trials: number;
  /** When they are read again; of an ended benchmark never. */
  stale_at: number;
}

/** What must be the same for columns to be the same: an ended benchmark that goes on has another status, or more rows. */
const keyOf = ({ benchmark_id, status, settled }: BenchmarkRow, { key }: Yardstick): string =>
  isTerminal(status) ? `${benchmark_id} ${status} ${settled} ${key}` : `${benchmark_id} ${key}`;

/** Columns of the benchmarks that were looked at last, read once for all who look at the same time. */
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
    const columns = readColumns(trials, benchmark_id, spec.runs.length, yardstick);
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
