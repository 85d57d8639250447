import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { pathToFileURL } from "node:url";
import { type Client, createClient } from "@libsql/client";
import { DatabaseError, storageFaultOf } from "./database-error.ts";
import { stateFile } from "./file-state.ts";
import { faultsOf } from "./integrity.ts";
import { migrations, schemaVersionOf } from "./migrate.ts";
import { companionsOf, makePrivate } from "./private-file.ts";
import { newRunNumber, stampFile } from "./run-number.ts";

/** What a restore put where. */
export interface Restored {
  /** The database file, which now holds the backup's data. */
  file: string;
  /** The path of the database that was there before; null if there was none. */
  kept: string | null;
}

const removeAll = (paths: readonly string[]): void => {
  for (const path of paths) rmSync(path, { force: true });
};

/** Throws DatabaseError unless this version can open the data of an open copy. */
async function requireUsable(client: Client, backup: string): Promise<void> {
  const faults = await faultsOf(client, "integrity_check");
  if (faults.length > 0) throw new DatabaseError(`The backup ${backup} is damaged: ${faults.join("; ")}.`);
  const version = await schemaVersionOf(client);
  if (version === null)
    throw new DatabaseError(`${backup} is a database, but not one of this server: it has no schema version.`);
  const newest = migrations.at(-1)?.created_at ?? 0;
  if (version > newest)
    throw new DatabaseError(
      `The backup ${backup} was written by a newer version (schema ${version}; this version knows ${newest}). Restore it with that version.`,
    );
}

function syncFile(path: string): void {
  const handle = openSync(path, "r+");
  fsyncSync(handle);
  closeSync(handle);
}

/** Copies the backup with its log, if it has one, and checks the copy: the backup itself is only read. */
async function copyChecked(backup: string, copy: string): Promise<void> {
  makePrivate(copy);
  copyFileSync(backup, copy);
  const log = `${backup}-wal`;
  if (existsSync(log) && statSync(log).size > 0) copyFileSync(log, `${copy}-wal`);
  const client = createClient({ url: pathToFileURL(copy).href, concurrency: 1 });
  try {
    await requireUsable(client, backup);
    await client.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  } finally {
    client.close();
  }
  stampFile(copy, newRunNumber());
  syncFile(copy);
}

/** The words of a copy that failed, such as "SQLITE_NOTADB: file is not a database". */
function refusal(error: unknown, backup: string): unknown {
  if (error instanceof DatabaseError) return error;
  const words = storageFaultOf(error) ?? "it can't be read";
  const fault = error instanceof Error ? error.message : String(error);
  return new DatabaseError(`The backup ${backup} can't be restored: ${words} (${fault}).`, { cause: error });
}

/** Moves the database aside under a dated name, with its log, which may hold rows. Returns the name. */
function keepOld(file: string): string | null {
  if (!existsSync(file)) return null;
  const kept = `${file}.before-restore-${new Date().toISOString().replaceAll(":", "-")}`;
  renameSync(file, kept);
  if (existsSync(`${file}-wal`)) renameSync(`${file}-wal`, `${kept}-wal`);
  return kept;
}

/**
 * Puts a backup in the place of the database file. The old database is kept beside it, and a log that would be played
 * over the backup is removed. Throws DatabaseError for a backup that is damaged or of a newer version, and then changes
 * nothing. The caller holds the lock of the data.
 */
export async function restoreFile(backup: string, file: string): Promise<Restored> {
  if (!existsSync(backup)) throw new DatabaseError(`No backup at ${backup}.`);
  const copy = `${file}.restoring`;
  removeAll([copy, ...companionsOf(copy)]);
  try {
    await copyChecked(backup, copy);
  } catch (error) {
    removeAll([copy, ...companionsOf(copy)]);
    throw refusal(error, backup);
  }
  const kept = keepOld(file);
  removeAll([...companionsOf(file), ...companionsOf(copy), stateFile(file)]);
  renameSync(copy, file);
  return { file, kept };
}
