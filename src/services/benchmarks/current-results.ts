import { AppError } from "../../base/errors.ts";
import { createSlots } from "../../base/slots.ts";
import { now } from "../../base/time.ts";
import { type CurrentResults, isTerminal } from "../../domain/benchmarks/benchmark.ts";
import type { BenchmarkResults } from "../../domain/benchmarks/benchmark-results.ts";
import { authorize, type Caller } from "../../domain/permissions.ts";
import type { BenchmarkRow } from "../../store/benchmarks.ts";
import { requireBenchmark } from "./require-benchmark.ts";
import { aggregateRows, type ResultTools } from "./summary/all-rows.ts";

/** Interim results are computed anew after this time at the earliest, and may lag by it. */
const INTERIM_MS = 3_000;
/** They are computed in at most this share of the time: those of a million trials take seconds. */
const SHARE_OF_TIME = 0.1;
/** As many benchmarks as may run at the same time. */
const BENCHMARKS_KEPT = 16;

const NO_VERDICT =
  "trials are still to come: whoever looks repeatedly and stops at a verdict finds false ones";

const settledIn = ({ runs }: BenchmarkResults): number => runs.reduce((sum, { trials }) => sum + trials, 0);

const stateOf = ({ benchmark_id, status, total }: BenchmarkRow) => ({ benchmark_id, status, trials: total });

function toFinal(benchmark: BenchmarkRow, results: BenchmarkResults): CurrentResults {
  const { settled, finished_at } = benchmark;
  return { ...stateOf(benchmark), interim: false, settled, computed_at: finished_at, ...results };
}

function toInterim(benchmark: BenchmarkRow, results: BenchmarkResults): CurrentResults {
  const comparisons = results.comparisons.map((comparison) => ({
    ...comparison,
    verdict: null,
    verdict_reason: NO_VERDICT,
  }));
  const settled = settledIn(results);
  return { ...stateOf(benchmark), interim: true, settled, computed_at: now(), ...results, comparisons };
}

interface Entry {
  results: Promise<CurrentResults>;
  /** When the results are computed anew, in milliseconds of `performance.now()`. */
  stale_at: number;
}

/** Returns the results of ended benchmarks, and interim results of the others. */
export function createCurrentResults(tools: ResultTools) {
  const entries = new Map<string, Entry>();
  const slots = createSlots(1);

  async function compute(benchmark: BenchmarkRow): Promise<CurrentResults> {
    const release = await slots.take();
    try {
      return toInterim(benchmark, (await aggregateRows(tools, benchmark)).results);
    } finally {
      release();
    }
  }

  function load(benchmark: BenchmarkRow): Entry {
    const { benchmark_id } = benchmark;
    const started = performance.now();
    const entry = { results: compute(benchmark), stale_at: Number.POSITIVE_INFINITY };
    entry.results.then(
      () => {
        const ended = performance.now();
        entry.stale_at = ended + Math.max(INTERIM_MS, (ended - started) / SHARE_OF_TIME);
      },
      () => entries.delete(benchmark_id),
    );
    return entry;
  }

  /** Returns interim results that are not stale. Requests at the same time share one computation. */
  function interimOf(benchmark: BenchmarkRow): Promise<CurrentResults> {
    const { benchmark_id } = benchmark;
    const known = entries.get(benchmark_id);
    const entry = known && performance.now() < known.stale_at ? known : load(benchmark);
    entries.delete(benchmark_id);
    entries.set(benchmark_id, entry);
    const [oldest] = entries.keys();
    if (entries.size > BENCHMARKS_KEPT && oldest !== undefined) entries.delete(oldest);
    return entry.results;
  }

  return {
    /** Returns what a benchmark's settled trials show. Throws CONFLICT for an ended benchmark without results. */
    async get(caller: Caller, id: string): Promise<CurrentResults> {
      authorize(caller, "benchmarks.read");
      const benchmark = await requireBenchmark(tools.store.benchmarks, id);
      const { status, results, error } = benchmark;
      if (!isTerminal(status)) return interimOf(benchmark);
      if (results) return toFinal(benchmark, results);
      const reason = error === null ? "" : `: ${error}`;
      throw new AppError("CONFLICT", `The benchmark is ${status} and has no results${reason}`, { status });
    },
  };
}

export type CurrentBenchmarkResults = ReturnType<typeof createCurrentResults>;
