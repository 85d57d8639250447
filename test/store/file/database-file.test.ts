import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { userRow } from "../../support/rows.ts";
import { createCli } from "../../support/server/cli.ts";
import { startServerProcess } from "../../support/server/server-process.ts";
import { databaseFile, openDatabaseIn, openStoreIn } from "../../support/store.ts";
import { tempDirs } from "../../support/temp-dir.ts";

const tempDir = tempDirs();
const cli = createCli();
const USERS = 500;

/** A folder whose database a server filled and closed. */
async function filled(users = USERS): Promise<string> {
  const data_dir = tempDir();
  const store = await openStoreIn(data_dir);
  await Promise.all(Array.from({ length: users }, () => store.accounts.addUser(userRow())));
  await store.close();
  return data_dir;
}

async function countUsers(data_dir: string): Promise<number> {
  const store = await openStoreIn(data_dir);
  try {
    return await store.accounts.countUsers();
  } finally {
    await store.close();
  }
}

/** Writes garbage over part of a file. */
function damage(file: string, at: number, bytes: number): void {
  writeSync(openSync(file, "r+"), Buffer.alloc(bytes, 0xa5), 0, bytes, at);
}

/**
 * Makes a backup of a server, adds completions, and kills it, so that its log is full and stays. Returns its folder and
 * the backup.
 */
async function killedWithLog(): Promise<[string, string]> {
  const data_dir = tempDir();
  const backup = join(tempDir(), "backup.db");
  const server = await startServerProcess({ data_dir });
  const body = { provider: "baseline", model: "echo", prompt: "x".repeat(2_000) };
  expect((await cli.run(["backup", backup], { DATA_DIR: data_dir })).code).toBe(0);
  for (let sent = 0; sent < 50; sent++)
    await server.request("POST", "/v1/completions", { token: server.token, body });
  await server.kill();
  expect(statSync(`${databaseFile(data_dir)}-wal`).size).toBeGreaterThan(100_000);
  return [data_dir, backup];
}

describe("a clean stop", () => {
  test("leaves all rows in the one file, so that a copy of it is a backup", async () => {
    const copied = tempDir();
    copyFileSync(databaseFile(await filled()), databaseFile(copied));
    expect(await countUsers(copied)).toBe(USERS);
  });

  test("of a process leaves what was written in the one file", async () => {
    const [data_dir, copied] = [tempDir(), tempDir()];
    const first = await startServerProcess({ data_dir });
    const body = { provider: "baseline", model: "echo", prompt: "kept" };
    for (let sent = 0; sent < 20; sent++)
      await first.request("POST", "/v1/completions", { token: first.token, body });
    expect(await first.stop()).toBe(0);
    copyFileSync(databaseFile(data_dir), databaseFile(copied));
    const second = await startServerProcess({ data_dir: copied });
    const list = await second.request<{ total: number }>("GET", "/v1/completions", { token: second.token });
    expect(list.body.total).toBe(20);
    await second.stop();
  });

  test("spares the next start the check, which a killed server and a replaced file need", async () => {
    const data_dir = await filled();
    const again = await openDatabaseIn(data_dir);
    expect(again.was_checked).toBe(false);
    await again.close();
    const copied = tempDir();
    copyFileSync(databaseFile(data_dir), databaseFile(copied));
    const replaced = await openDatabaseIn(copied);
    expect(replaced.was_checked).toBe(true);
    await replaced.close();
    const killed = await openDatabaseIn((await killedWithLog())[0]);
    expect(killed.was_checked).toBe(true);
    await killed.close();
  });
});

test("the database and its companions are their owner's alone, also in a folder open to others", async () => {
  const data_dir = tempDir();
  chmodSync(data_dir, 0o755);
  const { server } = await cli.serve({ DATA_DIR: data_dir });
  expect(server.output.stdout).toInclude(`DATA_DIR ${data_dir} is open to other accounts of this machine`);
  const file = databaseFile(data_dir);
  const paths = [file, `${file}-wal`, `${file}-shm`, `${file}.state`, join(data_dir, "lock")];
  for (const path of paths) expect([path, statSync(path).mode & 0o777]).toEqual([path, 0o600]);
});

describe("a start finds", () => {
  test("a damaged page, and says so", async () => {
    const data_dir = await filled();
    const file = databaseFile(data_dir);
    damage(file, Math.floor(statSync(file).size / 2 / 4096) * 4096, 4096);
    const before = readFileSync(file);
    const { code, stdout, stderr } = await cli.run(["serve"], { DATA_DIR: data_dir, LOG_LEVEL: "silent" });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toStartWith(`The database ${file} is damaged: `);
    expect(stderr).toInclude("restore FILE");
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test("the log of another database beside a copied one, and leaves the copy as it is", async () => {
    const [data_dir, backup] = await killedWithLog();
    const file = databaseFile(data_dir);
    copyFileSync(backup, file);
    const before = readFileSync(file);
    const { code, stderr } = await cli.run(["serve"], { DATA_DIR: data_dir, LOG_LEVEL: "silent" });
    expect(code).toBe(1);
    expect(stderr).toInclude(`The log ${file}-wal is of another database`);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test("an emptied file, and creates no new admin in it", async () => {
    const data_dir = tempDir();
    await (await startServerProcess({ data_dir })).stop();
    const file = databaseFile(data_dir);
    truncateSync(file);
    const { code, stdout, stderr } = await cli.run(["serve"], { DATA_DIR: data_dir });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toStartWith(`The database ${file} is empty, but ${data_dir} was used before.`);
    expect(existsSync(join(data_dir, "jwt-secret"))).toBe(true);
    expect(statSync(file).size).toBe(0);
  });
});
