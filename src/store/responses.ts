import { desc, eq, lt, lte, sql } from "drizzle-orm";
import { deleteInChunks } from "./delete.ts";
import type { Database } from "./open.ts";
import { responses } from "./schema/index.ts";

export type ResponseRow = typeof responses.$inferSelect;

/** Answers of models by what was asked, for those who ask the same again. */
export function createResponseStore(database: Database) {
  const { db, writer } = database;
  const find = db
    .select()
    .from(responses)
    .where(eq(responses.key, sql.placeholder("key")))
    .prepare();
  return {
    find: (key: string): Promise<ResponseRow | undefined> => find.get({ key }),
    put: (row: ResponseRow) =>
      writer.write([
        db.insert(responses).values(row).onConflictDoUpdate({ target: responses.key, set: row }),
      ]),
    /** Forgets the answers given before that time (ISO 8601), some at a time. */
    prune: (before: string) => deleteInChunks(database, responses, lt(responses.created_at, before)),
    /** Forgets the oldest beyond that many, some at a time. */
    async keepNewest(rows: number): Promise<void> {
      const newest = db.select({ created_at: responses.created_at }).from(responses);
      const [last] = await newest.orderBy(desc(responses.created_at)).limit(1).offset(rows);
      if (last) await deleteInChunks(database, responses, lte(responses.created_at, last.created_at));
    },
  };
}

export type ResponseStore = ReturnType<typeof createResponseStore>;
