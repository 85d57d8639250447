import { type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { nextTurn } from "../../base/event-loop.ts";

/**
 * The most bytes of rows that are read in one turn of the event loop. SQLite walks through a long text to the columns
 * behind it, even if the text itself is not read.
 */
const BYTES_AT_ONCE = 4_000_000;

/** Selects the bytes of these columns together. SQLite finds them in the head of the row. */
export const bytesOf = (columns: readonly SQLiteColumn[]): SQL<number> =>
  sql<number>`${sql.join(
    columns.map((column) => sql`coalesce(octet_length(${column}), 0)`),
    sql` + `,
  )}`;

/** A row that is to be read, by its id. */
interface SizedRow {
  id: string;
  bytes: number;
}

function* groupsOf(rows: readonly SizedRow[]): Generator<string[]> {
  let ids: string[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (ids.length > 0 && bytes + row.bytes > BYTES_AT_ONCE) {
      yield ids;
      [ids, bytes] = [[], 0];
    }
    ids.push(row.id);
    bytes += row.bytes;
  }
  if (ids.length > 0) yield ids;
}

/** Reads rows in their order, some megabytes in one turn of the event loop. */
export async function readInTurns<Row>(
  rows: readonly SizedRow[],
  read: (ids: string[]) => PromiseLike<Row[]>,
): Promise<Row[]> {
  const all: Row[] = [];
  for (const ids of groupsOf(rows)) {
    if (all.length > 0) await nextTurn();
    all.push(...(await read(ids)));
  }
  return all;
}
