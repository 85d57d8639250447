import { expect, test } from "bun:test";
import { join } from "node:path";
import { DataDirLocked } from "../../../src/store/file/database-error.ts";
import { lockData } from "../../../src/store/file/lock.ts";
import { processScript } from "../../support/paths.ts";
import { createProcesses } from "../../support/server/process.ts";
import { openStoreIn } from "../../support/store.ts";
import { tempDirs } from "../../support/temp-dir.ts";

const tempDir = tempDirs();
const { start } = createProcesses();
const HOLDER = processScript("hold-data-dir");

async function expectLocked(data_dir: string): Promise<void> {
  const attempt = lockData(data_dir, null);
  expect(attempt).rejects.toThrow(DataDirLocked);
  expect(attempt).rejects.toThrow(`Another server uses ${data_dir}. Stop it, or choose another DATA_DIR.`);
  await attempt.catch(() => undefined);
}

test("a folder that another process locks is refused, and free when that process is killed", async () => {
  const data_dir = tempDir();
  const holder = start([HOLDER, data_dir]);
  await holder.said("held");
  await expectLocked(data_dir);
  await expectLocked(data_dir);
  expect(holder.process.exitCode).toBeNull();
  holder.process.kill("SIGKILL");
  await holder.ended();
  await (await lockData(data_dir, null)).release();
});

test("the store of a locked folder is not opened", async () => {
  const data_dir = tempDir();
  const holder = start([HOLDER, data_dir]);
  await holder.said("held");
  const opening = openStoreIn(data_dir);
  expect(opening).rejects.toThrow(DataDirLocked);
  await opening.catch(() => undefined);
  expect(await Bun.file(join(data_dir, "test-bench.db")).exists()).toBe(false);
});

test("exactly one of several processes that start at once gets the lock", async () => {
  const data_dir = tempDir();
  const holders = Array.from({ length: 4 }, () => start([HOLDER, data_dir]));
  const said = await Promise.all(
    holders.map((holder) =>
      Promise.race([holder.said("held").then(() => "held"), holder.ended().then(() => "refused")]),
    ),
  );
  expect(said.sort()).toEqual(["held", "refused", "refused", "refused"]);
});

test("a released folder is free at once, also within one process", async () => {
  const data_dir = tempDir();
  for (let round = 0; round < 3; round++) {
    const lock = await lockData(data_dir, null);
    await expectLocked(data_dir);
    await lock.release();
  }
});

test("locks of two folders are independent", async () => {
  const locks = [await lockData(tempDir(), null), await lockData(tempDir(), null)];
  for (const lock of locks) await lock.release();
});

test("a database file outside the folder is locked too, because another folder may use it", async () => {
  const elsewhere = join(tempDir(), "shared.db");
  const first = await lockData(tempDir(), elsewhere);
  await expect(lockData(tempDir(), elsewhere)).rejects.toThrow(elsewhere);
  await first.release();
  const second = await lockData(tempDir(), elsewhere);
  await second.release();
});
