import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { AppError } from "../../../src/base/errors.ts";
import { createStorageHealth } from "../../../src/store/file/storage-health.ts";
import { createCli } from "../../support/server/cli.ts";
import { startServer } from "../../support/server/index.ts";
import { startServerProcess } from "../../support/server/server-process.ts";
import { databaseFile } from "../../support/store.ts";
import { tempDirs } from "../../support/temp-dir.ts";

interface Refused {
  error: { code: string; message: string };
}

const tempDir = tempDirs();
const cli = createCli();

/** A small disk in memory; only root can make one. */
const SIZE = 24 * 1024 * 1024;
const disk = mkdtempSync("/tmp/test-bench-disk-");
let is_mounted = false;
const run = (...command: string[]) => Bun.spawnSync(command, { stderr: "ignore" }).exitCode === 0;
beforeAll(() => {
  is_mounted = process.getuid?.() === 0 && run("mount", "-t", "tmpfs", "-o", `size=${SIZE}`, "tmpfs", disk);
});
afterAll(() => {
  if (is_mounted) run("umount", "-l", disk);
  rmSync(disk, { recursive: true, force: true });
});

/** Fills the disk up to `left` bytes with a file, and returns its path. */
function fill(left: number): string {
  const path = join(disk, "ballast");
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(path, Buffer.alloc(Math.max(0, bavail * bsize - left)));
  return path;
}

describe("a fault of the disk", () => {
  const withCode = (code: string) => Object.assign(new Error("failed"), { code });

  test.each([
    ["SQLITE_FULL", "the disk is full"],
    ["ENOSPC", "the disk is full"],
    ["SQLITE_READONLY", "the disk or the file is read-only"],
    ["SQLITE_CORRUPT", "the database is damaged"],
    ["SQLITE_IOERR", "the disk reports an error"],
  ])("that a statement meets as %s refuses the next work: %s", (code, words) => {
    const health = createStorageHealth(null);
    expect(health.fault()).toBeNull();
    const wrapped = new Error("a query", { cause: withCode(code) });
    expect(health.refusalOf(wrapped)).toMatchObject({
      code: "SERVICE_UNAVAILABLE",
      details: { reason: "storage" },
    });
    expect(health.fault()).toStartWith(`The server can't store anything: ${words}`);
    expect(health.require).toThrow(AppError);
  });

  test("is not read from the texts of a query", () => {
    const health = createStorageHealth(null);
    const error = new Error("Failed query: params: SQLITE_FULL disk is full");
    expect(health.refusalOf(error)).toBe(error);
    expect(health.fault()).toBeNull();
  });

  test("in the database file makes the server not ready, and its answers 503", async () => {
    const data_dir = tempDir();
    const first = await startServerProcess({ data_dir });
    const { token } = first;
    const body = { provider: "baseline", model: "echo", prompt: "x".repeat(3_000) };
    for (let sent = 0; sent < 30; sent++) await first.request("POST", "/v1/completions", { token, body });
    await first.stop();

    const { request, stop } = await startServerProcess({ data_dir, token });
    const file = databaseFile(data_dir);
    const handle = openSync(file, "r+");
    writeSync(handle, Buffer.alloc(statSync(file).size - 8_192, 0xa5), 0, undefined, 8_192);
    const list = await request<Refused>("GET", "/v1/completions", { token });
    expect([list.status, list.body.error.code]).toEqual([503, "SERVICE_UNAVAILABLE"]);
    expect(list.body.error.message).toMatch(/is damaged/);
    const ready = await request<{ reason: string }>("GET", "/ready");
    expect([ready.status, ready.body.reason]).toEqual([503, list.body.error.message]);
    expect(await stop()).toBe(0);
  });
});

describe("on a full disk", () => {
  test("a paid call is refused before it is made, /ready says why, and the server goes on with space", async () => {
    if (!is_mounted) return;
    const data_dir = join(disk, "running");
    mkdirSync(data_dir);
    const { request, token, stop } = await startServer({ data_dir });
    const body = { provider: "baseline", model: "echo", prompt: "hello" };
    const ask = () => request<Refused>("POST", "/v1/completions", { token, body });
    expect((await ask()).status).toBe(201);
    const ballast = fill(1024 * 1024);
    await Bun.sleep(300);
    const refused = await ask();
    expect([refused.status, refused.body.error.code]).toEqual([503, "SERVICE_UNAVAILABLE"]);
    expect(refused.body.error.message).toInclude("the disk is full (");
    const ready = await request<{ reason: string }>("GET", "/ready");
    expect([ready.status, ready.body.reason]).toEqual([503, refused.body.error.message]);
    rmSync(ballast);
    await Bun.sleep(300);
    expect((await ask()).status).toBe(201);
    expect((await request("GET", "/ready")).status).toBe(200);
    await stop();
  });

  test("a start says so in one line, and leaves no half-written secret", async () => {
    if (!is_mounted) return;
    const DATA_DIR = join(disk, "starting");
    mkdirSync(DATA_DIR);
    const ballast = fill(0);
    const { code, stdout, stderr } = await cli.run(["serve"], { DATA_DIR });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^DATA_DIR can't be used \(ENOSPC/);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    // With a secret of its own, the start comes as far as the lock or the database.
    const later = await cli.run(["serve"], { DATA_DIR, JWT_SECRET: "x".repeat(32) });
    expect(later.code).toBe(1);
    expect(later.stderr).toInclude("the disk");
    expect(later.stderr.trim().split("\n")).toHaveLength(1);
    rmSync(ballast);
    const { server } = await cli.serve({ DATA_DIR });
    server.process.kill("SIGTERM");
    expect(await server.ended()).toBe(0);
  });
});
