import { and, asc, count, eq, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { nextTurn } from "../base/event-loop.ts";
import { newId } from "../base/ids.ts";
import { deleteInChunks } from "./delete.ts";
import { dropHolds, insertHold } from "./holds.ts";
import type { Database } from "./open.ts";
import { packedRows } from "./packed-rows.ts";
import { trials } from "./schema/index.ts";
import { insertInto } from "./statement.ts";

export type TrialRow = typeof trials.$inferSelect;
type TrialKey = Pick<TrialRow, "repeat" | "position">;
export type FullTrialKey = TrialKey & Pick<TrialRow, "run">;

/** The columns from which results are computed: all except the long texts. */
const SCORED = [
  "group",
  "outcome",
  "prompt_hash",
  "answered_model",
  "finish_reason",
  "scores",
  "notes",
  "parts",
  "read_by",
  "usage",
  "judge_usage",
  "judge_cost_usd",
  "embedding_usage",
  "embedding_cost_usd",
  "error",
] as const;
export type ScoredTrial = TrialKey & Pick<TrialRow, (typeof SCORED)[number]>;

/** The columns by which trials are filtered. */
const FILTERED = ["group", "outcome", "scores"] as const;
export type FilteredTrial = TrialKey & Pick<TrialRow, (typeof FILTERED)[number]>;

/** The columns from which the cost is computed. */
const ACCOUNTED = ["outcome", "spent_usd"] as const;
export type AccountedTrial = TrialKey & Pick<TrialRow, (typeof ACCOUNTED)[number]>;

const insert = insertInto(trials);
const REMOVE_ONE = "DELETE FROM trials WHERE benchmark_id = ? AND run = ? AND repeat = ? AND position = ?";

/** Steps from one benchmark id to the next by the key, so that the rows of each benchmark are skipped at once. */
const ORPHANS = `WITH RECURSIVE ids(id) AS (
  SELECT min(benchmark_id) FROM trials
  UNION ALL SELECT (SELECT min(benchmark_id) FROM trials WHERE benchmark_id > id) FROM ids WHERE id IS NOT NULL)
  SELECT id FROM ids WHERE id IS NOT NULL AND id NOT IN (SELECT benchmark_id FROM benchmarks)`;

const inOrder = [asc(trials.repeat), asc(trials.position)];
/** The order of the key: by run, repeat and position. */
export const IN_KEY_ORDER = [asc(trials.run), ...inOrder];

/** Condition: one of these keys. A list of rows uses the key's index; with OR, the query would scan. */
export function hasOneOf(benchmark_id: string, keys: readonly FullTrialKey[]): SQL | undefined {
  const listed = JSON.stringify(keys.map(({ run, repeat, position }) => [run, repeat, position]));
  const isListed = sql`(${trials.run}, ${trials.repeat}, ${trials.position}) IN (
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')
    FROM json_each(${listed}))`;
  return and(eq(trials.benchmark_id, benchmark_id), isListed);
}

/** How long a row waits for others to share its commit, which costs as much as many rows. */
const GATHER_MS = 4;
/** Rows per query when all rows of a run are read: enough to be fast, few enough to answer other requests meanwhile. */
const CHUNK = 1_000;
const BEFORE_ALL: TrialKey = { repeat: -1, position: -1 };

export function createTrialStore(database: Database) {
  const { db, client, writer } = database;
  const remove = (benchmark_id: string) =>
    deleteInChunks(database, trials, eq(trials.benchmark_id, benchmark_id));

  let gathering: Promise<void> | undefined;
  /** Resolves at the same time for all calls of a few milliseconds, so that their rows share a commit. */
  function gather(): Promise<void> {
    gathering ??= Bun.sleep(GATHER_MS).then(() => {
      gathering = undefined;
    });
    return gathering;
  }

  async function countOf(benchmark_id: string): Promise<number> {
    const [row] = await db
      .select({ total: count() })
      .from(trials)
      .where(eq(trials.benchmark_id, benchmark_id));
    return row?.total ?? 0;
  }

  /**
   * Returns a function that reads the key and these columns of a run's rows, in the order of their key, in chunks. Other
   * requests are answered between the chunks, because a million rows take seconds.
   */
  function chunksOf<Name extends keyof TrialRow>(names: readonly Name[]) {
    type Row = TrialKey & Pick<TrialRow, Name>;
    const { repeat, position } = trials;
    const named = names.map((name): [string, SQLiteColumn] => [name, trials[name]]);
    const columns: Record<string, SQLiteColumn> = { repeat, position, ...Object.fromEntries(named) };
    const packed = packedRows(columns);
    const listed = Object.values(columns).map(({ name }) => `"${name}"`);
    const query = packed.sql(`SELECT ${listed.join(", ")} FROM trials
      WHERE benchmark_id = ? AND run = ? AND (repeat, position) > (?, ?)
      ORDER BY repeat, position LIMIT ${CHUNK}`);

    return async function* chunks(benchmark_id: string, run: number): AsyncGenerator<Row[]> {
      let last: TrialKey | undefined = BEFORE_ALL;
      while (last) {
        const args = [benchmark_id, run, last.repeat, last.position];
        const { rows } = await client.execute({ sql: query, args });
        const read = packed.rowsOf(rows[0]?.[0]) as unknown as Row[];
        if (read.length > 0) yield read;
        await nextTurn();
        last = read.length === CHUNK ? read.at(-1) : undefined;
      }
    };
  }

  const accountChunks = chunksOf(ACCOUNTED);

  return {
    /** Adds a trial. The same commit deletes the holds whose cost its row records. */
    async add(row: TrialRow, holds: readonly string[] = []): Promise<void> {
      await gather();
      await writer.write([insert(row), ...dropHolds(holds)]);
    },
    /** Reads a run's rows in chunks, without their long texts. */
    chunks: chunksOf(SCORED),
    /** Like `chunks`, but reads only the columns by which trials are filtered. */
    filterChunks: chunksOf(FILTERED),
    /** Like `chunks`, but reads only the keys. */
    keyChunks: chunksOf([]),
    count: countOf,
    /** Returns the rows with these keys, in the order of their key. Ask for a hundred at most. */
    at: (benchmark_id: string, keys: readonly FullTrialKey[]): Promise<TrialRow[]> =>
      db
        .select()
        .from(trials)
        .where(hasOneOf(benchmark_id, keys))
        .orderBy(...IN_KEY_ORDER),
    /** Like `chunks`, but reads only the columns from which the cost is computed. */
    accountChunks,
    /**
     * Removes a run's provider errors, so that these trials run again. Their possible cost is kept as a hold. Returns how
     * many were removed.
     */
    async removeFailed(benchmark_id: string, run: number): Promise<number> {
      let removed = 0;
      for await (const rows of accountChunks(benchmark_id, run)) {
        const failed = rows.filter(({ outcome }) => outcome === "provider_error");
        const usd = failed.reduce((sum, { spent_usd }) => sum + (spent_usd ?? 0), 0);
        const kept = usd > 0 ? [insertHold({ hold_id: newId(), benchmark_id, usd })] : [];
        const deletions = failed.map(({ repeat, position }) => ({
          sql: REMOVE_ONE,
          args: [benchmark_id, run, repeat, position],
        }));
        if (failed.length > 0) await writer.write([...kept, ...deletions]);
        removed += failed.length;
      }
      return removed;
    },
    remove,
    /** Removes the rows of benchmarks whose deletion was interrupted. */
    async dropOrphans(): Promise<void> {
      const { rows } = await client.execute(ORPHANS);
      for (const row of rows) await remove(String(row[0]));
    },
  };
}

export type TrialStore = ReturnType<typeof createTrialStore>;
