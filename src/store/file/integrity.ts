import { existsSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { Client } from "@libsql/client";
import { DatabaseError } from "./database-error.ts";
import { killedRun, stateFile } from "./file-state.ts";
import { runNumberIn } from "./run-number.ts";

/** The most faults that are named. */
const FAULTS_MAX = 3;

const bytesOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0);

/** Returns what SQLite finds damaged, at most three faults; none if the database is sound. */
export async function faultsOf(client: Client, check = "quick_check"): Promise<string[]> {
  const { rows } = await client.execute(`PRAGMA ${check}(${FAULTS_MAX})`);
  const lines = rows.flatMap((row) => String(Object.values(row)[0]).split("\n"));
  return lines.filter((line) => line !== "ok" && !line.startsWith("***")).slice(0, FAULTS_MAX);
}

/** Returns the error of a damaged database file. It says what to do. */
export function damagedError(file: string, faults: readonly string[], cause?: unknown): DatabaseError {
  const log =
    bytesOf(`${file}-wal`) > 0
      ? ` If you copied a backup over the file, ${basename(file)}-wal is still that of the old file, and 'restore FILE' puts it right.`
      : "";
  const message = `The database ${file} is damaged: ${faults.join("; ")}. Restore a backup with 'restore FILE'.${log}`;
  return new DatabaseError(message, { cause });
}

/**
 * Throws DatabaseError if the write-ahead log is not of this file: a backup was copied over the file of a server that
 * was killed. SQLite would hide the backup behind the log, or mix them.
 */
export function refuseStaleLog(file: string): void {
  const run = killedRun(file);
  if (run === undefined || bytesOf(`${file}-wal`) === 0 || runNumberIn(file) === run) return;
  throw new DatabaseError(
    `The log ${file}-wal is of another database: the file ${basename(file)} was replaced after the server was killed. Nothing was changed. Put the backup in place with 'restore FILE', which removes the log, or put the old file back.`,
  );
}

/** Throws DatabaseError if SQLite finds the database damaged. Reads the whole file. */
export async function requireSound(client: Client, file: string): Promise<void> {
  const faults = await faultsOf(client);
  if (faults.length > 0) throw damagedError(file, faults);
}

/**
 * Throws DatabaseError if the file is empty although a server used DATA_DIR before: the data are lost, and a new
 * database would hide that.
 */
export function refuseEmptied(file: string, data_dir: string): void {
  if (!existsSync(file) || statSync(file).size > 0) return;
  if (!existsSync(stateFile(file)) && !existsSync(join(data_dir, "lock"))) return;
  throw new DatabaseError(
    `The database ${file} is empty, but ${data_dir} was used before. Restore a backup with 'restore FILE', or delete the empty file to begin with a new database.`,
  );
}
