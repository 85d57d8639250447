import { count, desc, getTableColumns, type SQL } from "drizzle-orm";
import type { LibSQLDatabase } from "drizzle-orm/libsql";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import { offsetOf, type Page, type PageRequest, pageOf } from "../../domain/page.ts";

/** Returns the number of rows that match. */
export async function countRows(db: LibSQLDatabase, table: SQLiteTable, where?: SQL): Promise<number> {
  const [row] = await db.select({ total: count() }).from(table).where(where);
  return row?.total ?? 0;
}

/** A table to list, by the column of its ids. `columns` are read; by default all of them. */
interface Listed {
  table: SQLiteTable;
  id: SQLiteColumn;
  columns?: Record<string, SQLiteColumn | SQL>;
}

/** Returns one page of a table, newest first. The ids are UUIDv7, so they sort by their time of creation. */
export async function listPage<Row>(
  db: LibSQLDatabase,
  { table, id, columns = getTableColumns(table) }: Listed,
  request: PageRequest,
): Promise<Page<Row>> {
  const total = await countRows(db, table);
  const items: unknown[] = await db
    .select(columns)
    .from(table)
    .orderBy(desc(id))
    .limit(request.page_size)
    .offset(offsetOf(request));
  return pageOf(items as Row[], total, request);
}
