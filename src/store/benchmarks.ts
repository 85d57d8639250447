import { and, asc, eq, inArray, isNull, lt, notInArray, or, sql } from "drizzle-orm";
import type { BenchmarkStatus } from "../domain/benchmarks/benchmark.ts";
import type { BenchmarkResults } from "../domain/benchmarks/benchmark-results.ts";
import type { PageRequest } from "../domain/page.ts";
import type { NewEvent } from "../events.ts";
import { listBenchmarks } from "./listing/listed-benchmarks.ts";
import type { Database } from "./open.ts";
import { createRowCache } from "./row-cache.ts";
import { readRowBy } from "./row-read.ts";
import { benchmarks } from "./schema/index.ts";
import { insertInto } from "./statement.ts";

export type BenchmarkRow = typeof benchmarks.$inferSelect;

/** The process that runs a benchmark. Without renewal the lease ends at `until` (Unix milliseconds). */
export interface Lease {
  owner: string;
  until: number;
}

/** A benchmark, and the owner that must have its lease. */
interface LeaseHolder {
  id: string;
  owner: string;
}

const insert = insertInto(benchmarks);
const OPEN: BenchmarkStatus[] = ["pending", "running"];

/**
 * Creates the queries of benchmarks. Every change of status is one statement whose WHERE repeats what must still be
 * true, so that two processes cannot both make it.
 */
export function createBenchmarkStore(database: Database) {
  const { db, client } = database;
  const byId = (id: string) => eq(benchmarks.benchmark_id, id);
  const heldBy = (id: string, owner: string) =>
    and(byId(id), eq(benchmarks.status, "running"), eq(benchmarks.lease_owner, owner));
  /** Condition: no process runs the benchmark, or the lease of the one that did has expired. */
  const free = (now: number) =>
    or(
      eq(benchmarks.status, "pending"),
      and(eq(benchmarks.status, "running"), lt(benchmarks.lease_until, now)),
    );
  const read = readRowBy(client, benchmarks, benchmarks.benchmark_id);
  // Callers that poll for progress read the same row many times between two changes.
  const { find, writer } = database.exclusive
    ? createRowCache(read, database.writer)
    : { find: read, writer: database.writer };

  return {
    add: (row: BenchmarkRow, event: NewEvent) => writer.write([insert(row)], [event]),
    find,
    /** Returns one page, newest first, without long results. */
    list: (page: PageRequest) => listBenchmarks(db, page),
    remove: (id: string) => writer.write([db.delete(benchmarks).where(byId(id))]),

    /** Returns the oldest benchmark that is pending, or whose lease has expired. Skips the ids in `except`. */
    async nextFree(now: number, except: readonly string[] = []): Promise<BenchmarkRow | undefined> {
      const [next] = await db
        .select()
        .from(benchmarks)
        .where(and(free(now), notInArray(benchmarks.benchmark_id, [...except])))
        .orderBy(asc(benchmarks.benchmark_id))
        .limit(1);
      return next;
    },
    /** Takes the lease of a free benchmark. Returns false if another process was faster. */
    async claim(
      id: string,
      lease: Lease,
      { started_at, now, event }: { started_at: string; now: number; event: NewEvent },
    ): Promise<boolean> {
      const changes = {
        status: "running" as const,
        lease_owner: lease.owner,
        lease_until: lease.until,
        started_at: sql`coalesce(${benchmarks.started_at}, ${started_at})`,
      };
      const [result] = await writer.write(
        [
          db
            .update(benchmarks)
            .set(changes)
            .where(and(byId(id), free(now))),
        ],
        [event],
      );
      return result?.rowsAffected === 1;
    },
    renew: (ids: string[], { owner, until }: Lease) =>
      writer.write([
        db
          .update(benchmarks)
          .set({ lease_until: until })
          .where(and(inArray(benchmarks.benchmark_id, ids), eq(benchmarks.lease_owner, owner))),
      ]),
    /** Ends all leases: at the start, because this process alone holds DATA_DIR, and at the stop. */
    releaseAll: () =>
      writer.write([db.update(benchmarks).set({ lease_until: 0 }).where(eq(benchmarks.status, "running"))]),
    /** Stores the progress of a running benchmark. Returns false if this owner no longer has the lease. */
    async setSettled(
      { id, owner }: LeaseHolder,
      state: Pick<BenchmarkRow, "settled" | "spent_usd">,
      event: NewEvent,
    ): Promise<boolean> {
      const change = db.update(benchmarks).set(state).where(heldBy(id, owner));
      const [result] = await writer.write([change], [event]);
      return result?.rowsAffected === 1;
    },
    /** Stores which plugins a running benchmark no longer calls, with the reasons. */
    setStoppedPlugins: (id: string, owner: string, stopped_plugins: Record<string, string>) =>
      writer.write([db.update(benchmarks).set({ stopped_plugins }).where(heldBy(id, owner))]),
    /** Ends a running benchmark. Returns false if this owner no longer has the lease. */
    async finish(
      { id, owner }: LeaseHolder,
      end: {
        status: BenchmarkStatus;
        settled: number;
        results: BenchmarkResults | null;
        spent_usd: number | null;
        error: string | null;
        finished_at: string;
      },
      event: NewEvent,
    ): Promise<boolean> {
      const [result] = await writer.write([db.update(benchmarks).set(end).where(heldBy(id, owner))], [event]);
      return result?.rowsAffected === 1;
    },
    /** Cancels a pending or running benchmark. Returns false if it has ended already. */
    async cancel(id: string, finished_at: string, event: NewEvent): Promise<boolean> {
      const changes = { status: "cancelled" as const, finished_at };
      const open = and(byId(id), inArray(benchmarks.status, OPEN));
      const [result] = await writer.write([db.update(benchmarks).set(changes).where(open)], [event]);
      return result?.rowsAffected === 1;
    },
    /** Makes an ended benchmark pending again. Returns false if its status is no longer `from`. */
    async reopen(
      id: string,
      { from, changes }: { from: BenchmarkStatus; changes: Pick<BenchmarkRow, "settled" | "total" | "spec"> },
      event: NewEvent,
    ): Promise<boolean> {
      const cleared = { results: null, error: null, finished_at: null, lease_owner: null, lease_until: null };
      const change = db
        .update(benchmarks)
        .set({ ...cleared, ...changes, status: "pending" })
        .where(and(byId(id), eq(benchmarks.status, from)));
      const [result] = await writer.write([change], [event]);
      return result?.rowsAffected === 1;
    },
    /** Returns the ids of pending or running benchmarks that score the outputs of this one. */
    async openRescoresOf(id: string): Promise<string[]> {
      const rescores = sql`json_extract(${benchmarks.spec}, '$.rescores')`;
      const rows = await db
        .select({ id: benchmarks.benchmark_id })
        .from(benchmarks)
        .where(and(inArray(benchmarks.status, OPEN), eq(rescores, id)));
      return rows.map((row) => row.id);
    },
    /** Stores the results of a cancelled benchmark, once its last trials are committed. Has no effect in other statuses. */
    setResults: (id: string, summary: Pick<BenchmarkRow, "settled" | "results" | "spent_usd">) =>
      writer.write([
        db
          .update(benchmarks)
          .set(summary)
          .where(and(byId(id), eq(benchmarks.status, "cancelled"))),
      ]),
    /** Returns cancelled benchmarks without results: their process ended before it stored them. */
    cancelledWithoutResults: () =>
      db
        .select()
        .from(benchmarks)
        .where(and(eq(benchmarks.status, "cancelled"), isNull(benchmarks.results))),
  };
}

export type BenchmarkStore = ReturnType<typeof createBenchmarkStore>;
