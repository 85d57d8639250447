import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@libsql/client";
import { MAIN } from "../support/paths.ts";
import { startServer } from "../support/server/index.ts";
import { createProcesses } from "../support/server/process.ts";
import { startServerProcess } from "../support/server/server-process.ts";
import { tempDirs } from "../support/temp-dir.ts";
import { waitUntil } from "../support/timing/waiting.ts";

const TRIALS = 50_000;
const processes = createProcesses();
const tempDir = tempDirs();

/** Runs `backup` on the data, and returns its exit code and output. */
async function backUp(data_dir: string, argv: string[], options: { cwd?: string; url?: string } = {}) {
  const { cwd, url } = options;
  const env = { DATA_DIR: data_dir, ...(url === undefined ? {} : { DATABASE_URL: url }) };
  const running = processes.start([MAIN, "backup", ...argv], { env, ...(cwd === undefined ? {} : { cwd }) });
  return { code: await running.ended(), ...running.output };
}

async function read(file: string, sql: string): Promise<unknown> {
  const client = createClient({ url: `file:${file}`, concurrency: 1 });
  try {
    return (await client.execute(sql)).rows[0]?.[0];
  } finally {
    client.close();
  }
}

/** Returns a data folder that a server used and closed. */
async function usedData(): Promise<string> {
  const data_dir = tempDir();
  const { stop } = await startServer({ data_dir });
  await stop();
  return data_dir;
}

describe("beside a running server", () => {
  test("copies all committed rows while a benchmark runs", async () => {
    const data_dir = tempDir();
    const server = await startServerProcess({ data_dir });
    const sent = {
      token: server.token,
      body: {
        name: "long",
        providers: [{ provider: "mock", model: "mock?latency_ms=100" }],
        dataset: "arithmetic",
        metrics: ["accuracy"],
        iterations: TRIALS,
      },
    };
    const { body } = await server.request<{ benchmark_id: string }>("POST", "/v1/benchmarks", sent);
    const path = `/v1/benchmarks/${body.benchmark_id}`;
    const state = async () =>
      (await server.request<{ progress: number; status: string }>("GET", path, { token: server.token })).body;
    await waitUntil(async () => (await state()).progress !== 0);

    const file = join(tempDir(), "copy.db");
    const { code, stdout, stderr } = await backUp(data_dir, [file]);

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({ file, bytes: statSync(file).size });
    expect((await state()).status).toBe("running");
    expect(await read(file, "PRAGMA integrity_check")).toBe("ok");
    expect(await read(file, "SELECT count(*) FROM users")).toBe(1);
    expect(await read(file, "SELECT status FROM benchmarks")).toBe("running");
    const copied = Number(await read(file, "SELECT count(*) FROM trials"));
    expect(copied).toBeGreaterThan(0);
    expect(copied).toBeLessThan(TRIALS);
    await server.stop();
  }, 60_000);

  test("a server starts on the copy", async () => {
    const file = join(tempDir(), "test-bench.db");
    const first = await startServer();
    const key = await first.request("POST", "/v1/auth/api-keys", {
      token: first.token,
      body: { name: "kept" },
    });
    expect(key.status).toBe(201);
    const { code } = await backUp(first.server.config.data_dir, [file]);
    expect(code).toBe(0);
    await first.stop();

    const second = await startServer({ data_dir: tempDir(), database_url: `file:${file}` });
    const { body } = await second.request<{ items: { name: string }[] }>("GET", "/v1/auth/api-keys", {
      token: second.token,
    });
    expect(body.items.map(({ name }) => name)).toEqual(["kept"]);
    await second.stop();
  });

  test("no address on the network makes copies, not even for an admin", async () => {
    const { request, token, stop } = await startServer();
    const file = join(tempDir(), "copy.db");
    for (const path of ["/operator/backup", "/v1/backups", "/backup"]) {
      expect((await request("POST", path, { token, body: { file } })).status).toBe(404);
    }
    expect(existsSync(file)).toBe(false);
    await stop();
  });
});

describe("without a server", () => {
  test("copies to a file that only its owner can read, relative to the working directory", async () => {
    const data_dir = await usedData();
    const cwd = tempDir();
    const { code, stdout } = await backUp(data_dir, ["copy.db"], { cwd });
    expect(code).toBe(0);
    const { file, bytes } = JSON.parse(stdout) as { file: string; bytes: number };
    expect(file).toEndWith("/copy.db");
    expect(statSync(join(cwd, "copy.db")).size).toBe(bytes);
    expect(statSync(join(cwd, "copy.db")).mode & 0o777).toBe(0o600);
    expect(await read(join(cwd, "copy.db"), "PRAGMA integrity_check")).toBe("ok");
  });

  test("does not overwrite an existing file", async () => {
    const data_dir = await usedData();
    for (const content of ["precious", ""]) {
      const file = join(tempDir(), "taken.db");
      writeFileSync(file, content);
      const { code, stdout, stderr } = await backUp(data_dir, [file]);
      expect({ code, stdout, stderr }).toEqual({
        code: 1,
        stdout: "",
        stderr: `The file ${file} exists already. Choose another name.\n`,
      });
      expect(readFileSync(file, "utf8")).toBe(content);
    }
  });

  test("reports a missing folder", async () => {
    const file = join(tempDir(), "missing", "copy.db");
    const { code, stderr } = await backUp(await usedData(), [file]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `file: the folder of ${file} does not exist. Create it first\n`,
    });
  });

  test("fails if there is no database", async () => {
    const data_dir = tempDir();
    const file = join(tempDir(), "copy.db");
    const { code, stderr } = await backUp(data_dir, [file]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `No database at ${join(data_dir, "test-bench.db")}: check DATA_DIR and DATABASE_URL.\n`,
    });
    expect(existsSync(file)).toBe(false);
  });

  test("takes exactly one file", async () => {
    for (const argv of [[], ["one.db", "two.db"]]) {
      const { code, stderr } = await backUp(tempDir(), argv);
      expect(code).toBe(2);
      expect(stderr).toContain("Usage: backup FILE");
    }
  });
});
