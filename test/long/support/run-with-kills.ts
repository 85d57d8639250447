import assert from "node:assert/strict";
import { createRandom } from "../../../src/base/random.ts";
import { getBenchmark, startBenchmark } from "../../support/benchmarks.ts";
import {
  integrityOf,
  readDatabase,
  type ServerProcess,
  startServerProcess,
} from "../../support/server/server-process.ts";

interface KillPlan {
  data_dir: string;
  kills: number;
  seed: number;
  environment?: Record<string, string>;
  /** Told of each kill: the positions of the samples whose trials had a row then. */
  onKill?(settled: readonly number[]): void;
  /** Makes the dataset, over a server that runs, and answers the benchmark's request. */
  prepare(server: ServerProcess): Promise<Record<string, unknown>>;
}

interface KillReport {
  trials: number;
  kills: number;
  /** From the creation to the end, restarts included. */
  seconds: number;
  /** Rows at each kill. */
  rows_at_kill: number[];
  /** From the start of each process until it listened. */
  restart_ms: number[];
  /** Of a benchmark with a budget. */
  spent_usd: number | null;
}

const rowsOf = (data_dir: string, id: string): Promise<{ rows: number; distinct: number }> =>
  readDatabase(data_dir, async (client) => {
    const sql =
      "SELECT count(*) AS \"rows\", count(DISTINCT run || ':' || repeat || ':' || position) AS \"distinct\" " +
      "FROM trials WHERE benchmark_id = ?";
    const [row] = (await client.execute({ sql, args: [id] })).rows;
    return { rows: Number(row?.rows), distinct: Number(row?.distinct) };
  });

const settledIn = (data_dir: string, id: string): Promise<number[]> =>
  readDatabase(data_dir, async (client) => {
    const sql = "SELECT position FROM trials WHERE benchmark_id = ?";
    return (await client.execute({ sql, args: [id] })).rows.map((row) => Number(row.position));
  });

/** Waits until the benchmark's progress has passed a share, or it has ended. */
async function untilPast(server: ServerProcess, id: string, share: number): Promise<boolean> {
  for (;;) {
    const { progress } = await getBenchmark(server, id);
    if (progress > share) return progress < 1;
    await Bun.sleep(2);
  }
}

/**
 * Runs a benchmark to its end while its server is killed (`kill -9`) at seeded random shares of the work and
 * started again. Asserts that the file is sound after each kill, and that in the end each trial has one row.
 */
export async function runWithKills({
  data_dir,
  kills,
  seed,
  environment = {},
  onKill,
  prepare,
}: KillPlan): Promise<KillReport> {
  const random = createRandom(seed);
  const shares = Array.from({ length: kills }, () => 0.02 + 0.9 * random()).sort((a, b) => a - b);
  let server = await startServerProcess({ data_dir, environment });
  const { token } = server;
  const report: KillReport = {
    trials: 0,
    kills: 0,
    seconds: 0,
    rows_at_kill: [],
    restart_ms: [],
    spent_usd: null,
  };
  try {
    const { benchmark_id, trials } = await startBenchmark(server, await prepare(server));
    const started = performance.now();
    for (const share of shares) {
      if (!(await untilPast(server, benchmark_id, share))) break;
      await Bun.sleep(20 * random());
      await server.kill();
      report.kills++;
      assert.equal(await integrityOf(data_dir), "ok");
      report.rows_at_kill.push((await rowsOf(data_dir, benchmark_id)).rows);
      onKill?.(await settledIn(data_dir, benchmark_id));
      const starting = performance.now();
      server = await startServerProcess({ data_dir, environment, token });
      report.restart_ms.push(Math.round(performance.now() - starting));
    }
    await untilPast(server, benchmark_id, 0.999_999_9);
    report.seconds = (performance.now() - started) / 1000;
    report.trials = trials;
    const { status, results, spent_usd } = await getBenchmark(server, benchmark_id);
    report.spent_usd = spent_usd;
    assert.equal(status, "completed");
    assert.equal(
      results?.runs.reduce((sum, run) => sum + run.trials, 0),
      trials,
    );
    assert.equal(await server.stop(), 0);
    assert.equal(await integrityOf(data_dir), "ok");
    assert.deepEqual(await rowsOf(data_dir, benchmark_id), { rows: trials, distinct: trials });
  } finally {
    await server.kill();
  }
  return report;
}
