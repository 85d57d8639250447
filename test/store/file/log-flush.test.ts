import { expect, test } from "bun:test";
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { createLogFlush } from "../../../src/store/file/log-flush.ts";
import { databaseFile, openDatabaseIn } from "../../support/store.ts";
import { tempDirs } from "../../support/temp-dir.ts";
import { waitUntil } from "../../support/timing/waiting.ts";

const tempDir = tempDirs();
const FDS = "/proc/self/fd";

/** Counts this process's handles of the file. A handle may close before it is counted. */
function openHandles(file: string): number {
  const targets = readdirSync(FDS).map((fd) => {
    try {
      return readlinkSync(join(FDS, fd));
    } catch {
      return "";
    }
  });
  return targets.filter((target) => target === file).length;
}

test("a database without a log yet causes no error", async () => {
  const flush = createLogFlush(join(tempDir(), "none.db"));
  flush.schedule();
  await Bun.sleep(120);
  await flush.stop();
});

test.skipIf(!existsSync(FDS))(
  "the log is flushed after commits, however many, and no handle is left",
  async () => {
    const data_dir = tempDir();
    const { client, writer, close } = await openDatabaseIn(data_dir);
    const log = `${databaseFile(data_dir)}-wal`;
    await client.execute("CREATE TABLE items (id INTEGER PRIMARY KEY)");
    const before = openHandles(log);
    const seen = new Set<number>();
    for (let id = 0; id < 400; id++) {
      await writer.write([{ sql: "INSERT INTO items VALUES (?)", args: [id] }]);
      seen.add(openHandles(log));
      await Bun.sleep(1);
    }
    await waitUntil(() => openHandles(log) === before);
    // One at a time.
    expect(Math.max(...seen)).toBeLessThanOrEqual(before + 1);
    const { rows } = await client.execute("SELECT count(*) AS items FROM items");
    expect(Number(rows[0]?.items)).toBe(400);
    await close();
  },
);
