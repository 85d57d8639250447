import { eq, inArray, lt, sql } from "drizzle-orm";
import type { Database } from "./open.ts";
import { responses } from "./schema.ts";

export type ResponseRow = typeof responses.$inferSelect;

const PRUNE_CHUNK = 1_000;

/** Answers of models by what was asked, for those who ask the same again. */
export function createResponseStore({ db, writer }: Database) {
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
    async prune(before: string): Promise<void> {
      const old = db
        .select({ key: responses.key })
        .from(responses)
        .where(lt(responses.created_at, before))
        .limit(PRUNE_CHUNK);
      for (let removed = PRUNE_CHUNK; removed === PRUNE_CHUNK; ) {
        const [result] = await writer.write([db.delete(responses).where(inArray(responses.key, old))]);
        removed = result?.rowsAffected ?? 0;
      }
    },
  };
}

export type ResponseStore = ReturnType<typeof createResponseStore>;
