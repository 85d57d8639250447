import { type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { LISTED_BYTES_MAX } from "../../domain/page.ts";

const isLong = (column: SQLiteColumn): SQL =>
  sql`octet_length(${column}) > ${sql.raw(String(LISTED_BYTES_MAX))}`;

/** Selects a column, or null where its value is too long for a list. */
const shortened = <Column extends SQLiteColumn>(column: Column): SQL<Column["_"]["data"] | null> =>
  sql`CASE WHEN ${isLong(column)} THEN NULL ELSE ${column} END`.mapWith(column) as SQL<
    Column["_"]["data"] | null
  >;

/** Selects the names of the columns whose value is too long for a list. */
function longNames<Name extends string>(columns: Readonly<Record<Name, SQLiteColumn>>): SQL<Name[]> {
  const names = Object.keys(columns) as Name[];
  const found = names.map(
    (name) => sql`CASE WHEN ${isLong(columns[name])} THEN ${sql.raw(`'${name} '`)} ELSE '' END`,
  );
  return sql
    .join(found, sql` || `)
    .mapWith((text: string) => names.filter((name) => text.split(" ").includes(name))) as SQL<Name[]>;
}

/** Returns what to select of columns that may be long: each one unless it is, and `left_out`, the names of those. */
export function listedColumns<Columns extends Record<string, SQLiteColumn>>(columns: Columns) {
  const short = Object.entries(columns).map(([name, column]) => [name, shortened(column)]);
  return {
    ...(Object.fromEntries(short) as {
      [Name in keyof Columns]: SQL<Columns[Name]["_"]["data"] | null>;
    }),
    left_out: longNames<keyof Columns & string>(columns),
  };
}
