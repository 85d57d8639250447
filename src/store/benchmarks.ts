import { and, asc, eq, inArray, isNull, lt, notInArray, or, sql } from "drizzle-orm";
import type { BenchmarkStatus } from "../domain/benchmarks/benchmark.ts";
import type { BenchmarkResults } from "../domain/benchmarks/benchmark-results.ts";
import type { PageRequest } from "../domain/page.ts";
import type { NewEvent } from "../events.ts";
import { listPage } from "./list.ts";
import type { Database } from "./open.ts";
import { createRowCache } from "./row-cache.ts";
import { readRowBy } from "./row-read.ts";
import { benchmarks } from "./schema/index.ts";
import { insertInto } from "./statement.ts";

export type BenchmarkRow = typeof benchmarks.$inferSelect;

/** Who works on a benchmark, and until when (Unix milliseconds) without a sign of life. */
export interface Lease {
  owner: string;
  until: number;
}

const insert = insertInto(benchmarks);
const OPEN: BenchmarkStatus[] = ["pending", "running"];

/** Every change of status is one guarded statement: it says in its WHERE what must still be so. */
export function createBenchmarkStore(database: Database) {
  const { db, client } = database;
  const byId = (id: string) => eq(benchmarks.benchmark_id, id);
  const heldBy = (id: string, owner: string) =>
    and(byId(id), eq(benchmarks.status, "running"), eq(benchmarks.lease_owner, owner));
  const free = (now: number) =>
    or(
      eq(benchmarks.status, "pending"),
      and(eq(benchmarks.status, "running"), lt(benchmarks.lease_until, now)),
    );
  const read = readRowBy(client, benchmarks, benchmarks.benchmark_id);
  // Whoever polls for progress reads the same row many times between two changes of it.
  const { find, writer } = database.exclusive
    ? createRowCache(read, database.writer)
    : { find: read, writer: database.writer };

  return {
    add: (row: BenchmarkRow, event: NewEvent) => writer.write([insert(row)], [event]),
    find,
    list: (page: PageRequest) => listPage(db, benchmarks, benchmarks.benchmark_id, page),
    remove: (id: string) => writer.write([db.delete(benchmarks).where(byId(id))]),

    /** The oldest benchmark that waits, or whose worker has fallen silent; none of those that the caller works on. */
    async nextFree(now: number, besides: readonly string[] = []): Promise<BenchmarkRow | undefined> {
      const [next] = await db
        .select()
        .from(benchmarks)
        .where(and(free(now), notInArray(benchmarks.benchmark_id, [...besides])))
        .orderBy(asc(benchmarks.benchmark_id))
        .limit(1);
      return next;
    },
    /** Takes it if it is still free; false if somebody else was faster. */
    async claim(
      id: string,
      lease: Lease,
      started_at: string,
      now: number,
      event: NewEvent,
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
    /** At start, when DATA_DIR is ours: whoever held a lease is dead. At stop: we let go. */
    releaseAll: () =>
      writer.write([db.update(benchmarks).set({ lease_until: 0 }).where(eq(benchmarks.status, "running"))]),
    /** Notes how far a running benchmark is; false if it is no longer ours. */
    async setSettled(
      id: string,
      owner: string,
      state: Pick<BenchmarkRow, "settled" | "spent_usd">,
      event: NewEvent,
    ): Promise<boolean> {
      const change = db.update(benchmarks).set(state).where(heldBy(id, owner));
      const [result] = await writer.write([change], [event]);
      return result?.rowsAffected === 1;
    },
    /** Notes which plugins a running benchmark calls no more, and why. */
    setStoppedPlugins: (id: string, owner: string, stopped_plugins: Record<string, string>) =>
      writer.write([db.update(benchmarks).set({ stopped_plugins }).where(heldBy(id, owner))]),
    /** Ends a running benchmark; false if it is no longer ours to end. */
    async finish(
      id: string,
      owner: string,
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
    /** Ends an open benchmark before its time; false if it had ended already. */
    async cancel(id: string, finished_at: string, event: NewEvent): Promise<boolean> {
      const changes = { status: "cancelled" as const, finished_at };
      const open = and(byId(id), inArray(benchmarks.status, OPEN));
      const [result] = await writer.write([db.update(benchmarks).set(changes).where(open)], [event]);
      return result?.rowsAffected === 1;
    },
    /** Opens a benchmark that has ended in that status; false if it is no longer so. */
    async reopen(
      id: string,
      ended: BenchmarkStatus,
      anew: Pick<BenchmarkRow, "settled" | "total" | "spec">,
      event: NewEvent,
    ): Promise<boolean> {
      const nothing = { results: null, error: null, finished_at: null, lease_owner: null, lease_until: null };
      const change = db
        .update(benchmarks)
        .set({ ...nothing, ...anew, status: "pending" })
        .where(and(byId(id), eq(benchmarks.status, ended)));
      const [result] = await writer.write([change], [event]);
      return result?.rowsAffected === 1;
    },
    /** Open benchmarks that score the outputs of that one, by id. */
    async openRescoresOf(id: string): Promise<string[]> {
      const rescores = sql`json_extract(${benchmarks.spec}, '$.rescores')`;
      const rows = await db
        .select({ id: benchmarks.benchmark_id })
        .from(benchmarks)
        .where(and(inArray(benchmarks.status, OPEN), eq(rescores, id)));
      return rows.map((row) => row.id);
    },
    /** What a cancelled benchmark had got to, once its open trials are in; nothing happens to any other. */
    setResults: (id: string, summary: Pick<BenchmarkRow, "settled" | "results" | "spent_usd">) =>
      writer.write([
        db
          .update(benchmarks)
          .set(summary)
          .where(and(byId(id), eq(benchmarks.status, "cancelled"))),
      ]),
    /** Those that were cancelled and not summed up: their process ended first. */
    cancelledWithoutResults: () =>
      db
        .select()
        .from(benchmarks)
        .where(and(eq(benchmarks.status, "cancelled"), isNull(benchmarks.results))),
  };
}

export type BenchmarkStore = ReturnType<typeof createBenchmarkStore>;
