import { existsSync } from "node:fs";
import type { Client } from "@libsql/client";
import { readMigrations } from "./migrations.macro.ts" with { type: "macro" };

const migrations = readMigrations();

/** Drizzle's own table, so that drizzle-kit can read a database of ours. */
const TABLE = "__drizzle_migrations";

async function lastApplied(client: Client): Promise<number> {
  await client.execute(
    `CREATE TABLE IF NOT EXISTS ${TABLE} (id INTEGER PRIMARY KEY, hash TEXT NOT NULL, created_at NUMERIC)`,
  );
  const { rows } = await client.execute(`SELECT max(created_at) AS last FROM ${TABLE}`);
  return Number(rows[0]?.last ?? 0);
}

/** Copies the file aside; a copy that an earlier, failed start left is as good and is kept. */
async function backUp(client: Client, file: string, version: number): Promise<string> {
  const copy = `${file}.before-${version}`;
  if (!existsSync(copy)) await client.execute({ sql: "VACUUM INTO ?", args: [copy] });
  return copy;
}

/**
 * Brings the schema up to this version: each migration in one transaction. An existing file is copied first.
 * Throws for a database written by a newer version, which this one might damage.
 *
 * @returns how many migrations were applied, and where the copy lies if one was made.
 */
export async function migrate(
  client: Client,
  file: string | null,
): Promise<{ applied: number; copy: string | null }> {
  const last = await lastApplied(client);
  const newest = migrations.at(-1)?.created_at ?? 0;
  if (last > newest) {
    throw new Error(
      "The database was written by a newer version of this server. Start that version, or restore a backup.",
    );
  }
  const missing = migrations.filter((migration) => migration.created_at > last);
  const copy = file && last > 0 && missing.length > 0 ? await backUp(client, file, newest) : null;
  for (const { statements, hash, created_at } of missing) {
    const record = { sql: `INSERT INTO ${TABLE} (hash, created_at) VALUES (?, ?)`, args: [hash, created_at] };
    await client.migrate([...statements, record]);
  }
  return { applied: missing.length, copy };
}
