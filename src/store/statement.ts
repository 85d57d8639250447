import type { InStatement } from "@libsql/client";
import { getTableColumns, getTableName } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";

export type Statement = Exclude<InStatement, string>;

/** A query of Drizzle's builder. */
export interface Buildable {
  toSQL(): { sql: string; params: unknown[] };
}

/** Returns the text and the arguments of a query. */
export function statementOf(query: Buildable): Statement {
  const { sql, params } = query.toSQL();
  return { sql, args: params as NonNullable<Extract<Statement["args"], unknown[]>> };
}

/** Replaces NUL characters by U+FFFD. libSQL would lose the rest of a text after its first NUL character. */
const withoutNul = (value: unknown): unknown =>
  typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\uFFFD") : value;

/** An INSERT of one row. `values` is the text of its placeholders, with which further rows are joined to it. */
export interface RowInsert {
  sql: string;
  args: Extract<NonNullable<Statement["args"]>, unknown[]>;
  values: string;
}

/** Joins INSERTs into the same table to one statement. */
export function joined(inserts: readonly [RowInsert, ...RowInsert[]]): Statement {
  const [{ sql, values }, ...others] = inserts;
  return { sql: sql + `, ${values}`.repeat(others.length), args: inserts.flatMap(({ args }) => args) };
}

/**
 * Returns a function that turns a row into its INSERT. The text is built once, because Drizzle's builder would cost
 * more than the insert where a row is written per call or trial. A NUL character is stored as U+FFFD.
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
