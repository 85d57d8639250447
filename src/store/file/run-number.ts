import { closeSync, openSync, readSync, writeSync } from "node:fs";
import type { Client } from "@libsql/client";

/**
 * Each run of a server stamps its database with a number of its own, in SQLite's `user_version`. A file with another
 * number is not the one that the run used, so that a write-ahead log of the run is not of that file.
 */
const OFFSET = 60;
const BYTES = 4;

/** Returns a new number, positive and at random. */
export const newRunNumber = (): number => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) >>> 1 || 1;

/** Stamps an open database. The log is emptied, so that the number is in the file itself. */
export async function stampRun(client: Client, run: number): Promise<void> {
  await client.execute(`PRAGMA user_version = ${run}`);
  await client.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

/** Stamps a database file that nobody has open. */
export function stampFile(file: string, run: number): void {
  const bytes = Buffer.alloc(BYTES);
  bytes.writeUInt32BE(run);
  const handle = openSync(file, "r+");
  writeSync(handle, bytes, 0, BYTES, OFFSET);
  closeSync(handle);
}

/** Returns the number in the header of the file, whatever its log says; 0 if there is none. */
export function runNumberIn(file: string): number {
  const bytes = Buffer.alloc(BYTES);
  const handle = openSync(file, "r");
  readSync(handle, bytes, 0, BYTES, OFFSET);
  closeSync(handle);
  return bytes.readUInt32BE();
}
