import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Client, createClient } from "@libsql/client";
import { DatabaseError, DataDirLocked, storageFaultOf } from "./database-error.ts";
import { makePrivate } from "./private-file.ts";

/** A lock on the data. The operating system releases it when the process ends, even by `kill -9`. */
export interface DataLock {
  release(): Promise<void>;
}

/** How long to wait for the lock: enough for two processes that start at once to settle which one has it. */
const WAIT_MS = 200;

/** References to the locked connections. Without them, garbage collection would close them and end their locks. */
const held = new Set<Client>();

async function acquire(client: Client): Promise<void> {
  await client.execute(`PRAGMA busy_timeout = ${WAIT_MS}`);
  // In this mode, the connection keeps the transaction's lock after the commit.
  await client.execute("PRAGMA locking_mode = EXCLUSIVE");
  await client.executeMultiple(`
    BEGIN EXCLUSIVE;
    CREATE TABLE IF NOT EXISTS held (by_pid INTEGER);
    DELETE FROM held;
    INSERT INTO held VALUES (${process.pid});
    COMMIT`);
  held.add(client);
}

/** Releases the lock before closing, because a closed connection stays open while one of its statements exists. */
async function releaseClient(client: Client): Promise<void> {
  if (!held.delete(client)) return;
  await client.execute("PRAGMA locking_mode = NORMAL");
  // The first access in this mode releases the lock.
  await client.execute("SELECT by_pid FROM held");
  client.close();
}

/** A fault of the disk is told in words. Any other error stays as it is. */
function refusedLock(error: unknown, locked_path: string): unknown {
  const fault = storageFaultOf(error);
  return fault ? new DatabaseError(`${locked_path} can't be used: ${fault}.`, { cause: error }) : error;
}

function connectionTo(path: string, locked_path: string): Client {
  try {
    makePrivate(path);
    return createClient({ url: pathToFileURL(path).href, concurrency: 1 });
  } catch (error) {
    throw refusedLock(error, locked_path);
  }
}

/** Locks a tiny database at `path`. Throws DataDirLocked, naming `locked_path`, if another process has the lock. */
async function lockFile(path: string, locked_path: string): Promise<DataLock> {
  const client = connectionTo(path, locked_path);
  try {
    await acquire(client);
  } catch (error) {
    client.close();
    if (error instanceof Error && /locked|SQLITE_BUSY/.test(error.message))
      throw new DataDirLocked(locked_path);
    throw refusedLock(error, locked_path);
  }
  return { release: () => releaseClient(client) };
}

/**
 * Locks `DATA_DIR/lock`. If the database file lies in another folder, also locks `<file>.lock` beside it, because two
 * values of DATA_DIR may use the same file. Throws DataDirLocked if another process has either lock.
 */
export async function lockData(data_dir: string, file: string | null): Promise<DataLock> {
  const folder = await lockFile(join(data_dir, "lock"), data_dir);
  if (file === null || dirname(resolve(file)) === resolve(data_dir)) return folder;
  // If the folder is missing, the later error of opening the database explains it better.
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
