import { and, asc, count, eq, type SQL, sql } from "drizzle-orm";
import { offsetOf, type Page, type PageRequest, pageOf } from "../domain/page.ts";
import { deleteInChunks } from "./delete.ts";
import type { Database } from "./open.ts";
import { trials } from "./schema.ts";
import { insertInto } from "./statement.ts";

export type TrialRow = typeof trials.$inferSelect;
type TrialKey = Pick<TrialRow, "repeat" | "position">;

/** What results are made of: all but the texts, which would be most of the reading. */
const SCORED = {
  repeat: trials.repeat,
  position: trials.position,
  group: trials.group,
  outcome: trials.outcome,
  scores: trials.scores,
  usage: trials.usage,
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
    async page(benchmark_id: string, request: PageRequest): Promise<Page<TrialRow>> {
      const total = await countOf(benchmark_id);
      const rows = await db
        .select()
        .from(trials)
        .where(eq(trials.benchmark_id, benchmark_id))
        .orderBy(asc(trials.run), asc(trials.repeat), asc(trials.position))
        .limit(request.page_size)
        .offset(offsetOf(request));
      return pageOf(rows, total, request);
    },
    remove: (benchmark_id: string) => deleteInChunks(database, trials, eq(trials.benchmark_id, benchmark_id)),
  };
}

export type TrialStore = ReturnType<typeof createTrialStore>;
