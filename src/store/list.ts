import { count, desc, type SQL } from "drizzle-orm";
import type { LibSQLDatabase } from "drizzle-orm/libsql";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import { offsetOf, type Page, type PageRequest, pageOf } from "../domain/page.ts";

/** One page of a table, newest first: ids are UUIDv7, so their order is the order of creation. */
export async function listPage<Table extends SQLiteTable>(
  db: LibSQLDatabase,
  table: Table,
  id: SQLiteColumn,
  request: PageRequest,
  where?: SQL,
): Promise<Page<Table["$inferSelect"]>> {
  const total =
    (
      await db
        .select({ total: count() })
        .from(table as SQLiteTable)
        .where(where)
    )[0]?.total ?? 0;
  const items = await db
    .select()
    .from(table as SQLiteTable)
    .where(where)
    .orderBy(desc(id))
    .limit(request.page_size)
    .offset(offsetOf(request));
  return pageOf(items as Table["$inferSelect"][], total, request);
}
