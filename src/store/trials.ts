import { and, asc, count, eq, or, type SQL, sql } from "drizzle-orm";
import { deleteInChunks } from "./delete.ts";
import type { Database } from "./open.ts";
import { trials } from "./schema.ts";
import { insertInto } from "./statement.ts";

export type TrialRow = typeof trials.$inferSelect;
type TrialKey = Pick<TrialRow, "repeat" | "position">;
type FullTrialKey = TrialKey & Pick<TrialRow, "run">;

/** What results are made of: all but the texts, which would be most of the reading. */
const SCORED = {
  repeat: trials.repeat,
  position: trials.position,
  group: trials.group,
  outcome: trials.outcome,
  prompt_hash: trials.prompt_hash,
  answered_model: trials.answered_model,
  scores: trials.scores,
  notes: trials.notes,
  parts: trials.parts,
  usage: trials.usage,
  judge_usage: trials.judge_usage,
  judge_cost_usd: trials.judge_cost_usd,
  embedding_usage: trials.embedding_usage,
  embedding_cost_usd: trials.embedding_cost_usd,
  error: trials.error,
};
export type ScoredTrial = Pick<TrialRow, keyof typeof SCORED>;

const insert = insertInto(trials);

/** Rows read at once where all of a run's are walked: enough to be quick, few enough to let others in between. */
const CHUNK = 2_000;

export function createTrialStore(database: Database) {
  const { db, writer } = database;
  const ofRun = (benchmark_id: string, run: number) =>
    and(eq(trials.benchmark_id, benchmark_id), eq(trials.run, run));

  async function countOf(benchmark_id: string): Promise<number> {
    const [row] = await db
      .select({ total: count() })
      .from(trials)
      .where(eq(trials.benchmark_id, benchmark_id));
    return row?.total ?? 0;
  }

  /** A run's rows in the order of their key, in chunks: `read` answers those after the last one, at most CHUNK. */
  async function* inChunks<Row extends TrialKey>(
    read: (after: SQL | undefined) => PromiseLike<Row[]>,
  ): AsyncGenerator<Row[]> {
    let last: Row | undefined;
    do {
      const rows = await read(last && after(last));
      if (rows.length > 0) yield rows;
      last = rows.length === CHUNK ? rows.at(-1) : undefined;
    } while (last);
  }

  /** As one comparison of rows, which the key's index answers; spelt out with OR, each chunk would walk all before it. */
  const after = ({ repeat, position }: TrialKey) =>
    sql`(${trials.repeat}, ${trials.position}) > (${repeat}, ${position})`;
  const inOrder = [asc(trials.repeat), asc(trials.position)];
  const inFullOrder = [asc(trials.run), ...inOrder];
  const hasKey = ({ run, repeat, position }: FullTrialKey) =>
    and(eq(trials.run, run), eq(trials.repeat, repeat), eq(trials.position, position));

  return {
    add: (row: TrialRow) => writer.write([insert(row)]),
    /** A run's rows, a chunk at a time. */
    chunks: (benchmark_id: string, run: number) =>
      inChunks<ScoredTrial>((from) =>
        db
          .select(SCORED)
          .from(trials)
          .where(and(ofRun(benchmark_id, run), from))
          .orderBy(...inOrder)
          .limit(CHUNK),
      ),
    /** The same without the texts, for those who only ask what is there. */
    keyChunks: (benchmark_id: string, run: number) =>
      inChunks<TrialKey>((from) =>
        db
          .select({ repeat: trials.repeat, position: trials.position })
          .from(trials)
          .where(and(ofRun(benchmark_id, run), from))
          .orderBy(...inOrder)
          .limit(CHUNK),
      ),
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
        .where(and(eq(trials.benchmark_id, benchmark_id), or(...keys.map(hasKey))))
        .orderBy(...inFullOrder),
    remove: (benchmark_id: string) => deleteInChunks(database, trials, eq(trials.benchmark_id, benchmark_id)),
  };
}

export type TrialStore = ReturnType<typeof createTrialStore>;
