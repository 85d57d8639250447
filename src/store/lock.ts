import { join } from "node:path";
import { type Client, createClient } from "@libsql/client";

/** Held for as long as the process lives: the system drops it even on `kill -9`, so it can't go stale. */
export interface DataLock {
  release(): void;
}

/** Another process holds DATA_DIR. */
export class DataDirLocked extends Error {
  override readonly name = "DataDirLocked";

  constructor(data_dir: string) {
    super(`Another server is using ${data_dir}. Stop it, or choose another DATA_DIR.`);
  }
}

async function takeHold(client: Client): Promise<void> {
  await client.execute("PRAGMA busy_timeout = 0");
  await client.execute("PRAGMA locking_mode = EXCLUSIVE");
  // The lock is taken by the first write and, in this mode, kept until the connection is closed.
  await client.execute("CREATE TABLE IF NOT EXISTS held (by_pid INTEGER)");
  await client.batch(
    ["DELETE FROM held", { sql: "INSERT INTO held VALUES (?)", args: [process.pid] }],
    "write",
  );
}

/** Takes `DATA_DIR/lock`, a tiny database held exclusively. Throws DataDirLocked if another process has it. */
export async function lockDataDir(data_dir: string): Promise<DataLock> {
  const client = createClient({ url: `file:${join(data_dir, "lock")}`, concurrency: 1 });
  try {
    await takeHold(client);
  } catch (error) {
    client.close();
    if (error instanceof Error && /locked|SQLITE_BUSY/.test(error.message)) throw new DataDirLocked(data_dir);
    throw error;
  }
  return { release: () => client.close() };
}
