import { count, desc, type SQL } from "drizzle-orm";
import type { LibSQLDatabase } from "drizzle-orm/libsql";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import { offsetOf, type Page, type PageRequest, pageOf } from "../../domain/page.ts";

/** Returns the number of rows that match. */
export async function countRows(db: LibSQLDatabase, table: SQLiteTable, where?: SQL): Promise<number> {
  const [row] = await db.select({ total: count() }).from(table).where(where);
  return row?.total ?? 0;
}

/** Returns one page of a table, newest first. The ids are UUIDv7, so they sort by their time of creation. */
export async function listPage<Table extends SQLiteTable>(
  db: LibSQLDatabase,
  { table, id }: { table: Table; id: SQLiteColumn },
  request: PageRequest,
): Promise<Page<Table["$inferSelect"]>> {
  const total = await countRows(db, table);
  const items = await db
    .select()
    .from(table as SQLiteTable)
    .orderBy(desc(id))
    .limit(request.page_size)
    .offset(offsetOf(request));
  return pageOf(items as Table["$inferSelect"][], total, request);
}
