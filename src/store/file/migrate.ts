import { renameSync, rmSync } from "node:fs";
import type { Client } from "@libsql/client";
import { DatabaseError } from "./database-error.ts";
import { readMigrations } from "./migrations.macro.ts" with { type: "macro" };
import { makePrivate } from "./private-file.ts";

/** One migration. `created_at` (Unix milliseconds) is also the schema version that it produces. */
export interface Migration {
  statements: string[];
  hash: string;
  created_at: number;
}

/** The migrations of this version, oldest first. */
export const migrations: readonly Migration[] = readMigrations();

/** Drizzle's table of applied migrations, so that drizzle-kit can read our databases. */
const TABLE = "__drizzle_migrations";

/** Returns the schema version of a database, in Unix milliseconds; null if it has none. Changes nothing. */
export async function schemaVersionOf(client: Client): Promise<number | null> {
  const tables = await client.execute({
    sql: "SELECT name FROM sqlite_schema WHERE name IN (?, 'users')",
    args: [TABLE],
  });
  if (tables.rows.length < 2) return null;
  const { rows } = await client.execute(`SELECT max(created_at) AS last FROM ${TABLE}`);
  return rows[0]?.last == null ? null : Number(rows[0].last);
}

async function lastApplied(client: Client): Promise<number> {
  await client.execute(
    `CREATE TABLE IF NOT EXISTS ${TABLE} (id INTEGER PRIMARY KEY, hash TEXT NOT NULL, created_at NUMERIC)`,
  );
  const { rows } = await client.execute(`SELECT max(created_at) AS last FROM ${TABLE}`);
  return Number(rows[0]?.last ?? 0);
}

/** Copies the database file. The copy gets its final name when it is complete, and replaces that of a failed start. */
async function backUp(client: Client, file: string, version: number): Promise<string> {
  const copy = `${file}.before-${version}`;
  const unfinished = `${copy}.unfinished`;
  rmSync(unfinished, { force: true });
  makePrivate(unfinished);
  await client.execute({ sql: "VACUUM INTO ?", args: [unfinished] });
  renameSync(unfinished, copy);
  return copy;
}

/**
 * Migrates the schema to this version in one transaction: a failure leaves the database unchanged. An existing file is
 * copied first. Returns the number of applied migrations, and the path of the copy if one was made. Throws
 * DatabaseError for a database of a newer version, which this version might damage.
 */
export async function migrate(
  client: Client,
  file: string | null,
  steps: readonly Migration[] = migrations,
): Promise<{ applied: number; copy: string | null }> {
  const last = await lastApplied(client);
  const newest = steps.at(-1)?.created_at ?? 0;
  if (last > newest) {
    throw new DatabaseError(
      "The database was written by a newer version of this server. Start that version, or restore a backup.",
    );
  }
  const missing = steps.filter((step) => step.created_at > last);
  const copy = file && last > 0 && missing.length > 0 ? await backUp(client, file, newest) : null;
  const record = `INSERT INTO ${TABLE} (hash, created_at) VALUES (?, ?)`;
  await client.migrate(
    missing.flatMap(({ statements, hash, created_at }) => [
      ...statements,
      { sql: record, args: [hash, created_at] },
    ]),
  );
  return { applied: missing.length, copy };
}
