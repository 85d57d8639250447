import { type SQL, sql } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Database } from "./open.ts";

const CHUNK = 1_000;

/** Deletes rows in commits of a thousand, so that no commit holds the event loop for long. Returns how many. */
export async function deleteInChunks(
  { db, writer }: Database,
  table: SQLiteTable,
  where: SQL,
): Promise<number> {
  const some = db.select({ rowid: sql`rowid` }).from(table).where(where).limit(CHUNK);
  const query = db.delete(table).where(sql`rowid IN ${some}`);
  let total = 0;
  for (let removed = CHUNK; removed === CHUNK; ) {
    const [result] = await writer.write([query]);
    removed = result?.rowsAffected ?? 0;
    total += removed;
  }
  return total;
}
