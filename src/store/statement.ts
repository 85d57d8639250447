import type { InStatement } from "@libsql/client";
import { getTableColumns, getTableName } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";

export type Statement = Exclude<InStatement, string>;

/** A query of Drizzle's builder as text and arguments, for the writer. */
export interface Buildable {
  toSQL(): { sql: string; params: unknown[] };
}

export function statementOf(query: Buildable): Statement {
  const { sql, params } = query.toSQL();
  return { sql, args: params as NonNullable<Extract<Statement["args"], unknown[]>> };
}

/** libSQL reads a text only up to its first NUL character: what a model says after one would be lost. */
const withoutNul = (value: unknown): unknown =>
  typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\uFFFD") : value;

/** An INSERT of one row. Others into the same table can be joined to it: `values` is the text of a row's places. */
export interface RowInsert {
  sql: string;
  args: Extract<NonNullable<Statement["args"]>, unknown[]>;
  values: string;
}

/** One INSERT of all the rows, which must be of one table. */
export function joined(inserts: readonly [RowInsert, ...RowInsert[]]): Statement {
  const [{ sql, values }, ...others] = inserts;
  return { sql: sql + `, ${values}`.repeat(others.length), args: inserts.flatMap(({ args }) => args) };
}

/**
 * A function from a whole row to its INSERT. The text is built once: Drizzle's builder would cost more
 * than the insert itself on the paths that write a row per call or trial. A NUL character is stored as U+FFFD.
 */
export function insertInto<Table extends SQLiteTable>(
  table: Table,
): (row: Table["$inferSelect"]) => RowInsert {
  const columns = Object.entries(getTableColumns(table));
  const names = columns.map(([, column]) => `"${column.name}"`).join(", ");
  const places = `(${columns.map(() => "?").join(", ")})`;
  const sql = `INSERT INTO "${getTableName(table)}" (${names}) VALUES ${places}`;
  return (row) => {
    const values = row as Record<string, unknown>;
    const args = columns.map(([key, column]) => {
      const value = values[key];
      return value === null || value === undefined ? null : withoutNul(column.mapToDriverValue(value));
    });
    return { sql, args: args as RowInsert["args"], values: places };
  };
}
