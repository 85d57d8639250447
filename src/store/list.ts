import { count, desc, type SQL } from "drizzle-orm";
import type { LibSQLDatabase } from "drizzle-orm/libsql";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import { offsetOf, type Page, type PageRequest, pageOf } from "../domain/page.ts";

export async function countRows(db: LibSQLDatabase, table: SQLiteTable, where?: SQL): Promise<number> {
  const [row] = await db.select({ total: count() }).from(table).where(where);
  return row?.total ?? 0;
}

/** One page of a table, newest first: ids are UUIDv7, so their order is the order of creation. */
export async function listPage<Table extends SQLiteTable>(
  db: LibSQLDatabase,
  table: Table,
  id: SQLiteColumn,
  request: PageRequest,
  where?: SQL,
): Promise<Page<Table["$inferSelect"]>> {
  const total = await countRows(db, table, where);
  const items = await db
    .select()
    .from(table as SQLiteTable)
    .where(where)
    .orderBy(desc(id))
    .limit(request.page_size)
    .offset(offsetOf(request));
  return pageOf(items as Table["$inferSelect"][], total, request);
}
