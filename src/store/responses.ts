import { eq, lt, sql } from "drizzle-orm";
import { deleteInChunks } from "./delete.ts";
import type { Database } from "./open.ts";
import { responses } from "./schema.ts";

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
  };
}

export type ResponseStore = ReturnType<typeof createResponseStore>;
