import { desc, eq } from "drizzle-orm";
import type { BenchmarkSpec } from "../domain/benchmarks/benchmark.ts";
import type { Outcome } from "../domain/benchmarks/trial.ts";
import type { Usage } from "../domain/completions/completion.ts";
import type { Database } from "./open.ts";
import { benchmarks } from "./schema/index.ts";

/** The parts of a trial from which later trials can be estimated. */
export interface PastTrial {
  repeat: number;
  position: number;
  outcome: Outcome;
  usage: Usage | null;
  latency_ms: number | null;
  scores: Record<string, number | null>;
}

/** The number of latest benchmarks that an estimate considers. */
const BENCHMARKS_MAX = 50;
/** The number of trials of a run that an estimate considers, spread evenly over the dataset. */
const TRIALS_MAX = 2_000;

const SPREAD = `SELECT repeat, position, outcome, usage, latency_ms, scores FROM trials
  WHERE benchmark_id = ? AND run = ? AND position % ? = 0 ORDER BY repeat, position LIMIT ?`;

const fromJson = <Value>(cell: unknown): Value | null =>
  typeof cell === "string" ? (JSON.parse(cell) as Value) : null;

/** Creates the queries of earlier trials, for estimates. */
export function createPastTrialStore({ db, client }: Pick<Database, "db" | "client">) {
  return {
    /** Returns up to 50 latest benchmarks over a dataset, newest first. */
    benchmarksOver: (dataset_id: string): Promise<{ benchmark_id: string; spec: BenchmarkSpec }[]> =>
      db
        .select({ benchmark_id: benchmarks.benchmark_id, spec: benchmarks.spec })
        .from(benchmarks)
        .where(eq(benchmarks.dataset_id, dataset_id))
        .orderBy(desc(benchmarks.benchmark_id))
        .limit(BENCHMARKS_MAX),
    /** Returns up to 2,000 of a run's trials, spread evenly over the dataset's `samples`. */
    async spread(benchmark_id: string, run: number, samples: number): Promise<PastTrial[]> {
      const stride = Math.max(1, Math.ceil(samples / TRIALS_MAX));
      const { rows } = await client.execute({ sql: SPREAD, args: [benchmark_id, run, stride, TRIALS_MAX] });
      return rows.map((row) => ({
        repeat: Number(row.repeat),
        position: Number(row.position),
        outcome: row.outcome as Outcome,
        usage: fromJson<Usage>(row.usage),
        latency_ms: row.latency_ms === null ? null : Number(row.latency_ms),
        scores: fromJson<PastTrial["scores"]>(row.scores) ?? {},
      }));
    },
  };
}

export type PastTrialStore = ReturnType<typeof createPastTrialStore>;
