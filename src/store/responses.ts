import { desc, eq, lt, lte, sql } from "drizzle-orm";
import { deleteInChunks } from "./delete.ts";
import type { Database } from "./open.ts";
import { responses } from "./schema/index.ts";

export type ResponseRow = typeof responses.$inferSelect;

/** Creates the queries of the response cache: models' answers by the hash of the request. */
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
    /** Deletes the answers given before a time (ISO 8601), in chunks. Returns how many. */
    prune: (before: string) => deleteInChunks(database, responses, lt(responses.created_at, before)),
    /** Deletes the oldest answers until `rows` remain, in chunks. Returns how many. */
    async keepNewest(rows: number): Promise<number> {
      const newest = db.select({ created_at: responses.created_at }).from(responses);
      const [last] = await newest.orderBy(desc(responses.created_at)).limit(1).offset(rows);
      return last ? deleteInChunks(database, responses, lte(responses.created_at, last.created_at)) : 0;
    },
  };
}

export type ResponseStore = ReturnType<typeof createResponseStore>;
