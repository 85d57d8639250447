import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Client, createClient } from "@libsql/client";
import { DataDirLocked } from "./database-error.ts";

/** Held for as long as the process lives: the system drops it even on `kill -9`, so it can't go stale. */
export interface DataLock {
  release(): Promise<void>;
}

/** Long enough for two that start in the same moment to find out which of them has it. */
const WAIT_MS = 200;

/** A connection that nobody refers to is collected as garbage, and its lock with it. */
const held = new Set<Client>();

async function takeHold(client: Client): Promise<void> {
  await client.execute(`PRAGMA busy_timeout = ${WAIT_MS}`);
  // In this mode the lock that the transaction takes is kept beyond its end.
  await client.execute("PRAGMA locking_mode = EXCLUSIVE");
  await client.executeMultiple(`
    BEGIN EXCLUSIVE;
    CREATE TABLE IF NOT EXISTS held (by_pid INTEGER);
    DELETE FROM held;
    INSERT INTO held VALUES (${process.pid});
    COMMIT`);
  held.add(client);
}

/** To close the connection is not enough: it lives on for as long as one of its statements does. */
async function letGo(client: Client): Promise<void> {
  if (!held.delete(client)) return;
  await client.execute("PRAGMA locking_mode = NORMAL");
  // The lock is given up by the first access in this mode.
  await client.execute("SELECT by_pid FROM held");
  client.close();
}

/** Holds a tiny database exclusively. Throws DataDirLocked, naming `what` it stands for, if another process has it. */
async function lockFile(path: string, what: string): Promise<DataLock> {
  const client = createClient({ url: pathToFileURL(path).href, concurrency: 1 });
  try {
    await takeHold(client);
  } catch (error) {
    client.close();
    if (error instanceof Error && /locked|SQLITE_BUSY/.test(error.message)) throw new DataDirLocked(what);
    throw error;
  }
  return { release: () => letGo(client) };
}

/**
 * Takes `DATA_DIR/lock`, and where the database file lies elsewhere a lock beside it too: two folders may name the
 * same file. Throws DataDirLocked if another process has either.
 */
export async function lockData(data_dir: string, file: string | null): Promise<DataLock> {
  const folder = await lockFile(join(data_dir, "lock"), data_dir);
  if (file === null || dirname(resolve(file)) === resolve(data_dir)) return folder;
  // Where there is no such folder, opening the database says so in better words.
  if (!existsSync(dirname(file))) return folder;
  try {
    const beside = await lockFile(`${file}.lock`, file);
    return {
      async release() {
        await beside.release();
        await folder.release();
      },
    };
  } catch (error) {
    await folder.release();
    throw error;
  }
}
