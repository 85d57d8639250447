import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createKey } from "../support/cast.ts";
import { MAIN, ROOT } from "../support/paths.ts";
import { createCli } from "../support/server/cli.ts";
import { startServer, type TestServer } from "../support/server/index.ts";
import { createProcesses } from "../support/server/process.ts";
import { tempDirs } from "../support/temp-dir.ts";

/** The programs in `examples/`, run as their readers would. The browser's has a file of its own. */
const EXAMPLES = join(ROOT, "examples");
const tempDir = tempDirs();
const cli = createCli();
const processes = createProcesses();

describe("the CI gate", () => {
  async function gate(folder: string): Promise<{ code: number; printed: string }> {
    const child = Bun.spawn(["sh", join(folder, "gate.sh")], {
      env: { PATH: process.env.PATH ?? "", BENCH: `${process.execPath} ${MAIN}`, DATA_DIR: tempDir() },
      stdout: "pipe",
      stderr: "pipe",
    });
    const [printed, , code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    return { code, printed };
  }

  test("passes, and prints that its assertions hold", async () => {
    const { code, printed } = await gate(join(EXAMPLES, "ci-gate"));
    expect({ code, printed }).toEqual({ code: 0, printed });
    expect(printed.match(/^holds /gm)).toHaveLength(3);
    expect(printed).toContain(": completed");
  });

  test("fails once the new model is worse", async () => {
    const folder = tempDir();
    cpSync(join(EXAMPLES, "ci-gate"), folder, { recursive: true });
    const file = join(folder, "benchmark.json");
    writeFileSync(file, readFileSync(file, "utf8").replace("accuracy=0.95&seed=1", "accuracy=0.5&seed=1"));
    const { code, printed } = await gate(folder);
    expect({ code, printed }).toEqual({ code: 1, printed });
    expect(printed.match(/^FAILS /gm)).toHaveLength(2);
  });
});

describe("with a server that runs:", () => {
  let server: TestServer;
  let key: string;
  beforeAll(async () => {
    server = await startServer();
    ({ key } = await createKey(server, "service"));
  });
  afterAll(() => server.stop());
  test("OpenAI's client in TypeScript gets an answer, and the same as a stream", async () => {
    const running = processes.start([join(EXAMPLES, "openai-client/typescript/main.ts")], {
      env: { BASE_URL: server.url, API_KEY: key },
      cwd: ROOT,
    });
    const code = await running.ended();
    const { stdout, stderr } = running.output;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^answer: .*\bcomes to 42\b/);
    expect(stdout).toMatch(/^tokens: \d+$/m);
    expect(stdout).toMatch(/^stream: .*\bcomes to 42\b/m);
  });

  test("the plugin is installed by the command line, and scores an output", async () => {
    const env = { DATA_DIR: server.server.config.data_dir };
    const installed = await cli.read(["plugin", "install", join(EXAMPLES, "plugin/cites-source")], env);
    expect(installed).toMatchObject({ name: "cites-source", status: "ready" });
    const { body } = await server.request("POST", "/v1/evaluations", {
      token: key,
      body: {
        provider: "openai",
        model: "gpt-4",
        input: "Why is the sky blue?",
        output: "Air scatters light [1]. Blue most of all [2]. So it is blue. It looks nice.",
        metrics: ["plugin:cites-source"],
      },
    });
    expect(body).toMatchObject({ metrics: { "plugin:cites-source": 0.5 } });
  });
});
