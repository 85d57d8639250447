import { and, asc, count, eq, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { yieldToEventLoop } from "../base/event-loop.ts";
import { newId } from "../base/ids.ts";
import { deleteInChunks } from "./delete.ts";
import { dropHolds, insertHold } from "./holds.ts";
import type { Database } from "./open.ts";
import { trials } from "./schema/index.ts";
import { insertInto } from "./statement.ts";

export type TrialRow = typeof trials.$inferSelect;
type TrialKey = Pick<TrialRow, "repeat" | "position">;
type FullTrialKey = TrialKey & Pick<TrialRow, "run">;

/** What results are made of: all but the texts, which would be most of the reading. */
const SCORED = [
  "group",
  "outcome",
  "prompt_hash",
  "answered_model",
  "finish_reason",
  "scores",
  "notes",
  "parts",
  "usage",
  "judge_usage",
  "judge_cost_usd",
  "embedding_usage",
  "embedding_cost_usd",
  "error",
] as const;
export type ScoredTrial = TrialKey & Pick<TrialRow, (typeof SCORED)[number]>;

/** What trials are filtered by. */
const FILTERED = ["group", "outcome", "scores"] as const;
export type FilteredTrial = TrialKey & Pick<TrialRow, (typeof FILTERED)[number]>;

/** What an account is made of. */
const ACCOUNTED = ["outcome", "spent_usd"] as const;
export type AccountedTrial = TrialKey & Pick<TrialRow, (typeof ACCOUNTED)[number]>;

const insert = insertInto(trials);
const REMOVE_ONE = "DELETE FROM trials WHERE benchmark_id = ? AND run = ? AND repeat = ? AND position = ?";

/** Walks from one benchmark to the next by the key, so that a million rows of one are passed over at once. */
const ORPHANS = `WITH RECURSIVE ids(id) AS (
  SELECT min(benchmark_id) FROM trials
  UNION ALL SELECT (SELECT min(benchmark_id) FROM trials WHERE benchmark_id > id) FROM ids WHERE id IS NOT NULL)
  SELECT id FROM ids WHERE id IS NOT NULL AND id NOT IN (SELECT benchmark_id FROM benchmarks)`;

/** How long a trial's row waits for others: a commit costs as much as many rows, and nobody waits for a single one. */
const GATHER_MS = 4;
/** Rows read at once where all of a run's are walked: enough to be quick, few enough to let others in between. */
const CHUNK = 2_000;

export function createTrialStore(database: Database) {
  const { db, client, writer } = database;
  const remove = (benchmark_id: string) =>
    deleteInChunks(database, trials, eq(trials.benchmark_id, benchmark_id));
  const ofRun = (benchmark_id: string, run: number) =>
    and(eq(trials.benchmark_id, benchmark_id), eq(trials.run, run));

  let gathering: Promise<void> | undefined;
  /** Resolves for all who come within a few milliseconds at once, so that their rows share a commit. */
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
   * A run's rows in the order of their key, in chunks: `read` answers those after the last one, at most CHUNK. Others are
   * let in after each, for a million rows take seconds.
   */
  async function* inChunks<Row extends TrialKey>(
    read: (after: SQL | undefined) => PromiseLike<Row[]>,
  ): AsyncGenerator<Row[]> {
    let last: Row | undefined;
    do {
      const rows = await read(last && after(last));
      if (rows.length > 0) yield rows;
      await yieldToEventLoop();
      last = rows.length === CHUNK ? rows.at(-1) : undefined;
    } while (last);
  }

  /** Reads some columns of a run's rows, beside their key, in chunks. */
  function chunksOf<Name extends keyof TrialRow>(names: readonly Name[]) {
    const { repeat, position } = trials;
    const named = names.map((name): [string, SQLiteColumn] => [name, trials[name]]);
    const columns: Record<string, SQLiteColumn> = { repeat, position, ...Object.fromEntries(named) };
    return (benchmark_id: string, run: number) =>
      inChunks(async (from) => {
        const rows: unknown[] = await db
          .select(columns)
          .from(trials)
          .where(and(ofRun(benchmark_id, run), from))
          .orderBy(...inOrder)
          .limit(CHUNK);
        return rows as (TrialKey & Pick<TrialRow, Name>)[];
      });
  }

  /** As one comparison of rows, which the key's index answers; spelt out with OR, each chunk would walk all before it. */
  const after = ({ repeat, position }: TrialKey) =>
    sql`(${trials.repeat}, ${trials.position}) > (${repeat}, ${position})`;
  const inOrder = [asc(trials.repeat), asc(trials.position)];
  const inFullOrder = [asc(trials.run), ...inOrder];
  const accountChunks = chunksOf(ACCOUNTED);
  /** As rows in a list, which the key's index answers; spelt out with OR, each would be looked for among all. */
  const hasOneOf = (keys: readonly FullTrialKey[]) => {
    const listed = JSON.stringify(keys.map(({ run, repeat, position }) => [run, repeat, position]));
    return sql`(${trials.run}, ${trials.repeat}, ${trials.position}) IN (
      SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')
      FROM json_each(${listed}))`;
  };

  return {
    /** Adds a trial; the holds whose money its row accounts for end in the same commit. */
    async add(row: TrialRow, holds: readonly string[] = []): Promise<void> {
      await gather();
      await writer.write([insert(row), ...dropHolds(holds)]);
    },
    /** A run's rows, a chunk at a time, with all but their texts. */
    chunks: chunksOf(SCORED),
    /** The same with no more than what trials are filtered by. */
    filterChunks: chunksOf(FILTERED),
    /** The same with their keys alone, for those who only ask what is there. */
    keyChunks: chunksOf([]),
    count: countOf,
    /** Some of a benchmark's rows, in the order of their key. Goes through all that stand before them. */
    slice: (benchmark_id: string, offset: number, limit: number): Promise<TrialRow[]> =>
      db
        .select()
        .from(trials)
        .where(eq(trials.benchmark_id, benchmark_id))
        .orderBy(...inFullOrder)
        .limit(limit)
        .offset(offset),
    /** The rows with those keys, a hundred at most, in the order of their key. */
    at: (benchmark_id: string, keys: readonly FullTrialKey[]): Promise<TrialRow[]> =>
      db
        .select()
        .from(trials)
        .where(and(eq(trials.benchmark_id, benchmark_id), hasOneOf(keys)))
        .orderBy(...inFullOrder),
    /** The same with what is counted of each. */
    accountChunks,
    /**
     * Removes a run's provider errors, so that they are asked anew; what they may have cost is kept as a hold. Answers
     * how many there were.
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
    /** Removes what is left of benchmarks whose deletion was cut off. */
    async dropOrphans(): Promise<void> {
      const { rows } = await client.execute(ORPHANS);
      for (const row of rows) await remove(String(row[0]));
    },
  };
}

export type TrialStore = ReturnType<typeof createTrialStore>;
