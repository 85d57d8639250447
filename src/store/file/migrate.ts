import { renameSync, rmSync } from "node:fs";
import type { Client } from "@libsql/client";
import { DatabaseError } from "./database-error.ts";
import { readMigrations } from "./migrations.macro.ts" with { type: "macro" };

/** One step of the schema. `created_at` (Unix milliseconds) is also the version that it leads to. */
export interface Migration {
  statements: string[];
  hash: string;
  created_at: number;
}

/** Those that this version ships, oldest first. */
export const migrations: readonly Migration[] = readMigrations();

/** Drizzle's own table, so that drizzle-kit can read a database of ours. */
const TABLE = "__drizzle_migrations";

async function lastApplied(client: Client): Promise<number> {
  await client.execute(
    `CREATE TABLE IF NOT EXISTS ${TABLE} (id INTEGER PRIMARY KEY, hash TEXT NOT NULL, created_at NUMERIC)`,
  );
  const { rows } = await client.execute(`SELECT max(created_at) AS last FROM ${TABLE}`);
  return Number(rows[0]?.last ?? 0);
}

/** Copies the file aside. The copy bears its name only once it is whole, and replaces that of an earlier, failed start. */
async function backUp(client: Client, file: string, version: number): Promise<string> {
  const copy = `${file}.before-${version}`;
  const unfinished = `${copy}.unfinished`;
  rmSync(unfinished, { force: true });
  await client.execute({ sql: "VACUUM INTO ?", args: [unfinished] });
  renameSync(unfinished, copy);
  return copy;
}

/**
 * Brings the schema up to this version in one transaction: a failure leaves the database as it was. An existing
 * file is copied first. Throws DatabaseError for a database written by a newer version, which this one might damage.
 *
 * @returns how many migrations were applied, and where the copy lies if one was made.
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
