import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import { MAIN, ROOT } from "../support/paths.ts";
import { createProcesses } from "../support/server/process.ts";
import { readDatabase } from "../support/server/server-process.ts";
import { tempDirs } from "../support/temp-dir.ts";

const DEMO_MS = 30_000;
const processes = createProcesses();
const tempDir = tempDirs();

const LAST_LINE = 'page_size=1" -H "X-API-Key: $KEY"\r\n';

/** The names with which the lines of the tables begin. */
const RUNS = [
  "baseline/random",
  "baseline/longest",
  "baseline/overlap",
  "mock, guessing",
  "mock, 90 % right",
];

/** Returns the cells of a run's line without its name. */
const figuresOf = (output: string, run: string): string[] => {
  const line = output.split("\n").find((each) => each.startsWith(run)) ?? "";
  return line.slice(run.length).trim().split(/\s+/);
};

/** Starts the demo in a terminal, as a person does. */
function startInTerminal(TMPDIR: string) {
  const decoder = new TextDecoder();
  let text = "";
  let received = Promise.withResolvers<void>();
  const data = (_terminal: Bun.Terminal, bytes: Uint8Array) => {
    text += decoder.decode(bytes, { stream: true });
    received.resolve();
    received = Promise.withResolvers();
  };
  // Ctrl-C reaches the process only if `spawn` creates the terminal.
  const child = Bun.spawn([process.execPath, MAIN, "demo"], {
    terminal: { cols: 120, rows: 40, data },
    env: { PATH: Bun.env.PATH ?? "", TMPDIR },
  });
  return {
    exited: child.exited,
    type: (keys: string) => child.terminal?.write(keys),
    /** Resolves with all output so far, once it contains `part`. */
    async shows(part: string): Promise<string> {
      while (!text.includes(part)) await received.promise;
      return text.replaceAll("\r\n", "\n");
    },
  };
}

describe("without a terminal", () => {
  test(
    "prints both tables and ends; --keep keeps the data; a server's settings in the environment change nothing",
    async () => {
      const TMPDIR = tempDir();
      const env = {
        TMPDIR,
        NODE_ENV: "production",
        HTTP_PROXY: "http://127.0.0.1:9",
        BIND_ADDRESS: "nonsense",
      };
      const demo = processes.start([MAIN, "demo", "--keep"], { env });
      expect({ code: await demo.ended(), stderr: demo.output.stderr }).toEqual({ code: 0, stderr: "" });
      const { stdout } = demo.output;
      for (const run of RUNS) expect(stdout).toContain(`\n${run} `);
      expect(stdout).toMatch(/run +accuracy +95 % interval +latency ms p50 +p95 +cost usd +answered\n/);
      expect(stdout).toMatch(/starter: multiple choice +100 %\n/);
      expect(stdout).not.toContain("\r");
      expect(stdout.match(/^ {2}curl /gm)).toHaveLength(3);

      const [accuracy, interval, p50, , cost, answered] = figuresOf(stdout, "mock, 90 % right");
      const [low, high] = (interval ?? "").split("–").map(Number);
      expect(Number(accuracy)).toBeWithin(0.85, 0.95);
      expect(Number(low)).toBeLessThan(Number(accuracy));
      expect(Number(high)).toBeGreaterThan(Number(accuracy));
      expect(Number(p50)).toBeGreaterThan(50);
      expect([cost, answered]).toEqual(["0", "500/500"]);

      const [, data_dir = ""] = /The database is kept in (.+)\.\n$/.exec(stdout) ?? [];
      const sql = "SELECT dataset, status FROM benchmarks ORDER BY created_at";
      const { rows } = await readDatabase(data_dir, (client) => client.execute(sql));
      expect(rows.map(({ dataset, status }) => [dataset, status])).toEqual([
        ["starter", "completed"],
        ["arithmetic", "completed"],
      ]);
    },
    DEMO_MS,
  );

  test(
    "prints a command for an API key that works as pasted",
    async () => {
      const demo = processes.start([MAIN, "demo"], { env: { TMPDIR: tempDir() } });
      expect(await demo.ended()).toBe(0);
      const [, setup = ""] = /^ {2}(export KEY=.+)$/m.exec(demo.output.stdout) ?? [];
      const env = { PATH: `${dirname(process.execPath)}:${Bun.env.PATH}`, DATA_DIR: tempDir() };
      const shell = Bun.spawn(["sh", "-c", `${setup}; printf %s "$KEY"`], { cwd: ROOT, env, stdout: "pipe" });
      expect(await new Response(shell.stdout).text()).toMatch(/^ltb_[a-z0-9]{32}$/);
    },
    DEMO_MS,
  );

  test("ends at once on a signal, and leaves nothing behind", async () => {
    const TMPDIR = tempDir();
    const demo = processes.start([MAIN, "demo"], { env: { TMPDIR } });
    await demo.said("starter: multiple choice");
    demo.process.kill("SIGINT");
    expect(await demo.ended()).toBe(0);
    expect(demo.output.stdout).not.toContain("curl");
    expect(readdirSync(TMPDIR)).toEqual([]);
  });
});

describe("on a terminal", () => {
  const curl = Bun.which("curl");

  test.skipIf(curl === null)(
    "draws a bar, stays up for the commands it prints, and ends with Ctrl-C",
    async () => {
      const TMPDIR = tempDir();
      const demo = startInTerminal(TMPDIR);
      const output = await demo.shows(LAST_LINE);
      expect(output).toMatch(/\rstarter: multiple choice {2}█{30} 100 %\n/);
      expect(output).toMatch(/█░.* %\r/);

      const [, block = ""] = /In another terminal, try:\n([\s\S]+)$/.exec(output) ?? [];
      const [setup = "", ...commands] = block.split(/^ {2}(?=curl)/m);
      expect(commands).toHaveLength(3);
      const answers: unknown[] = [];
      for (const command of commands) {
        const shell = Bun.spawn(["sh", "-c", `${setup}\n${command}`], { stdout: "pipe" });
        answers.push(JSON.parse(await new Response(shell.stdout).text()));
      }
      expect(answers).toEqual([
        expect.objectContaining({ text: expect.stringMatching(/ANSWER: 42$/), provider: "mock" }),
        expect.objectContaining({ name: "mine", status: "pending" }),
        expect.objectContaining({ items: [expect.objectContaining({ name: "mine" })], total: 3 }),
      ]);

      demo.type("\x03");
      expect(await demo.exited).toBe(0);
      expect(readdirSync(TMPDIR)).toEqual([]);
    },
    DEMO_MS,
  );
});
