import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createClient } from "@libsql/client";
import { createCli } from "../support/server/cli.ts";
import { startServerProcess } from "../support/server/server-process.ts";
import { databaseFile } from "../support/store.ts";
import { tempDirs } from "../support/temp-dir.ts";

const tempDir = tempDirs();
const cli = createCli();
const ASK = { provider: "baseline", model: "echo", prompt: "x".repeat(2_000) };

const restore = (data_dir: string, ...argv: string[]) =>
  cli.run(["restore", ...argv], { DATA_DIR: data_dir });

/** The total of completions in the folder, as a server that starts there tells it. */
async function completionsIn(data_dir: string): Promise<number> {
  const server = await startServerProcess({ data_dir });
  const { body } = await server.request<{ total: number }>("GET", "/v1/completions", { token: server.token });
  await server.stop();
  return body.total;
}

/** Makes 3 completions, a backup, 40 more completions, and ends the server in one of two ways. */
async function backedUp(end: "stop" | "kill") {
  const data_dir = tempDir();
  const backup = join(tempDir(), "backup.db");
  const server = await startServerProcess({ data_dir });
  const ask = async (times: number) => {
    for (let sent = 0; sent < times; sent++)
      await server.request("POST", "/v1/completions", { token: server.token, body: ASK });
  };
  await ask(3);
  expect((await cli.run(["backup", backup], { DATA_DIR: data_dir })).code).toBe(0);
  await ask(40);
  await server[end]();
  return { data_dir, backup, file: databaseFile(data_dir) };
}

test.each(["stop", "kill"] as const)(
  "restores a backup after a %s, and keeps the old database",
  async (end) => {
    const { data_dir, backup, file } = await backedUp(end);
    const { code, stdout, stderr } = await restore(data_dir, backup);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { file: restored, kept } = JSON.parse(stdout) as { file: string; kept: string };
    expect(restored).toBe(file);
    expect(kept).toMatch(/test-bench\.db\.before-restore-\d{4}-\d\d-\d\dT/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(existsSync(`${file}-wal`)).toBe(false);
    expect(await completionsIn(data_dir)).toBe(3);
    // The way back: the old database is complete, with its log.
    expect((await restore(data_dir, kept)).code).toBe(0);
    expect(await completionsIn(data_dir)).toBe(43);
  },
);

test("restores into an empty folder, and reads the backup without changing it", async () => {
  const { backup } = await backedUp("stop");
  const before = readFileSync(backup);
  const data_dir = tempDir();
  const { code, stdout } = await restore(data_dir, backup);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ file: databaseFile(data_dir), kept: null });
  expect(readFileSync(backup).equals(before)).toBe(true);
  expect(existsSync(`${backup}-wal`)).toBe(false);
  expect(await completionsIn(data_dir)).toBe(3);
});

describe("refuses, and leaves the database as it is,", () => {
  async function refused(make: (backup: string) => Promise<string> | string): Promise<string> {
    const { data_dir, backup, file } = await backedUp("stop");
    const before = readFileSync(file);
    const { code, stdout, stderr } = await restore(data_dir, await make(backup));
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(existsSync(`${file}.restoring`)).toBe(false);
    return stderr;
  }

  test("while a server runs", async () => {
    const { data_dir, backup } = await backedUp("stop");
    const server = await startServerProcess({ data_dir });
    const { code, stderr } = await restore(data_dir, backup);
    expect([code, stderr]).toEqual([
      1,
      `Another server uses ${data_dir}. Stop it, or choose another DATA_DIR.\n`,
    ]);
    await server.stop();
  });

  test("a missing file", async () => {
    expect(await refused((backup) => `${backup}.missing`)).toStartWith("No backup at ");
  });

  test("a file that is no database", async () => {
    const stderr = await refused((backup) => {
      writeFileSync(backup, "no database ".repeat(1_000));
      return backup;
    });
    expect(stderr).toInclude("can't be restored: the file is damaged or no database");
  });

  test("a damaged backup", async () => {
    const stderr = await refused((backup) => {
      const bytes = readFileSync(backup);
      bytes.fill(0xa5, 40_960, 61_440);
      writeFileSync(backup, bytes);
      return backup;
    });
    expect(stderr).toInclude("damaged");
  });

  test("a database of another program, and one of a newer version", async () => {
    const other = join(tempDir(), "other.db");
    const client = createClient({ url: pathToFileURL(other).href });
    await client.execute("CREATE TABLE notes (text TEXT)");
    client.close();
    expect(await refused(() => other)).toInclude("not one of this server");

    const stderr = await refused(async (backup) => {
      const newer = createClient({ url: pathToFileURL(backup).href });
      await newer.execute("UPDATE __drizzle_migrations SET created_at = 9999999999999");
      newer.close();
      return backup;
    });
    expect(stderr).toInclude("was written by a newer version (schema 9999999999999;");
  });

  test("more or fewer than one file", async () => {
    for (const argv of [[], ["one.db", "two.db"]]) {
      const { code, stderr } = await restore(tempDir(), ...argv);
      expect(code).toBe(2);
      expect(stderr).toContain("Usage: restore FILE");
    }
  });
});
