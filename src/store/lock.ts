import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Client, createClient } from "@libsql/client";

/** Held for as long as the process lives: the system drops it even on `kill -9`, so it can't go stale. */
export interface DataLock {
  release(): Promise<void>;
}

/** Another process holds DATA_DIR. */
export class DataDirLocked extends Error {
  override readonly name = "DataDirLocked";

  constructor(data_dir: string) {
    super(`Another server is using ${data_dir}. Stop it, or choose another DATA_DIR.`);
  }
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

/** Takes `DATA_DIR/lock`, a tiny database held exclusively. Throws DataDirLocked if another process has it. */
export async function lockDataDir(data_dir: string): Promise<DataLock> {
  const client = createClient({ url: pathToFileURL(join(data_dir, "lock")).href, concurrency: 1 });
  try {
    await takeHold(client);
  } catch (error) {
    client.close();
    if (error instanceof Error && /locked|SQLITE_BUSY/.test(error.message)) throw new DataDirLocked(data_dir);
    throw error;
  }
  return { release: () => letGo(client) };
}
