import { describe, expect, test } from "bun:test";
import { chmodSync, copyFileSync, openSync, statSync, truncateSync, writeSync } from "node:fs";
import { clockFinding } from "../../src/commands/doctor/findings.ts";
import { createCli } from "../support/server/cli.ts";
import { startServer } from "../support/server/index.ts";
import { startServerProcess } from "../support/server/server-process.ts";
import { databaseFile } from "../support/store.ts";
import { tempDirs } from "../support/temp-dir.ts";

const tempDir = tempDirs();
const cli = createCli();

/** Runs `doctor`, and returns its exit code and each subject's state and finding. */
async function examine(data_dir: string) {
  const { code, stdout, stderr } = await cli.run(["doctor"], { DATA_DIR: data_dir });
  expect(stderr).toBe("");
  const lines = stdout.trim().split("\n").slice(2);
  const found = lines.map((line) => line.split(/ {2,}/));
  return { code, found: Object.fromEntries(found.map(([state, subject, text]) => [subject, [state, text]])) };
}

async function usedData(): Promise<string> {
  const data_dir = tempDir();
  const server = await startServerProcess({ data_dir });
  const body = { provider: "baseline", model: "echo", prompt: "x".repeat(3_000) };
  for (let sent = 0; sent < 30; sent++)
    await server.request("POST", "/v1/completions", { token: server.token, body });
  await server.stop();
  return data_dir;
}

describe("doctor", () => {
  test("finds a stopped server's data sound, and changes nothing", async () => {
    const data_dir = await usedData();
    const before = await Bun.file(databaseFile(data_dir)).bytes();
    const { code, found } = await examine(data_dir);
    expect(code).toBe(0);
    expect(found).toMatchObject({
      server: ["ok", "not running"],
      DATA_DIR: ["ok", `${data_dir}, its owner's alone`],
      permissions: ["ok", expect.stringContaining("their owner's alone")],
      "free space": ["ok", expect.stringMatching(/^[\d.]+ MiB$/)],
      integrity: ["ok", "integrity_check found no fault"],
      schema: ["ok", expect.stringContaining("as this program's")],
      clock: ["ok", expect.stringContaining("the newest row is of 20")],
    });
    expect(await Bun.file(databaseFile(data_dir)).bytes()).toEqual(before);
  });

  test("asks a running server", async () => {
    const data_dir = tempDir();
    const { stop } = await startServer({ data_dir });
    const { code, found } = await examine(data_dir);
    expect([code, found.server?.[0], found.integrity?.[0]]).toEqual([0, "ok", "ok"]);
    expect(found.server?.[1]).toStartWith("running");
    await stop();
  });

  test("finds a folder and files that are open to others", async () => {
    const data_dir = await usedData();
    chmodSync(data_dir, 0o755);
    chmodSync(databaseFile(data_dir), 0o644);
    const { code, found } = await examine(data_dir);
    expect([code, found.DATA_DIR?.[0], found.permissions?.[0]]).toEqual([1, "warning", "fault"]);
  });

  test("finds a damaged page and an emptied file", async () => {
    const data_dir = await usedData();
    const file = databaseFile(data_dir);
    const kept = `${file}.kept`;
    copyFileSync(file, kept);
    const at = Math.floor(statSync(file).size / 2 / 4096) * 4096;
    writeSync(openSync(file, "r+"), Buffer.alloc(4096, 0xa5), 0, 4096, at);
    const damaged = await examine(data_dir);
    expect([damaged.code, damaged.found.integrity?.[0]]).toEqual([1, "fault"]);
    truncateSync(file);
    const emptied = await examine(data_dir);
    expect([emptied.code, emptied.found.integrity?.[0]]).toEqual([1, "fault"]);
    expect(emptied.found.integrity?.[1]).toInclude("is empty");
  });
});

test.each([
  [0, "ok"],
  [-3_600_000, "fault"],
  [8 * 86_400_000, "warning"],
])("a clock %i ms after the newest row is %s", (ahead_ms, state) => {
  const newest = Date.UTC(2026, 0, 1);
  expect(clockFinding(newest, newest + ahead_ms)).toMatchObject({ state, subject: "clock" });
});
