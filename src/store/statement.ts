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

/**
 * A function from a whole row to its INSERT. The text is built once: Drizzle's builder would cost more
 * than the insert itself on the paths that write a row per call or trial. A NUL character is stored as U+FFFD.
 */
export function insertInto<Table extends SQLiteTable>(
  table: Table,
): (row: Table["$inferSelect"]) => Statement {
  const columns = Object.entries(getTableColumns(table));
  const names = columns.map(([, column]) => `"${column.name}"`).join(", ");
  const sql = `INSERT INTO "${getTableName(table)}" (${names}) VALUES (${columns.map(() => "?").join(", ")})`;
  return (row) => {
    const values = row as Record<string, unknown>;
    const args = columns.map(([key, column]) => {
      const value = values[key];
      return value === null || value === undefined ? null : withoutNul(column.mapToDriverValue(value));
    });
    return { sql, args: args as NonNullable<Extract<Statement["args"], unknown[]>> };
  };
}
