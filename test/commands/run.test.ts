import { beforeAll, describe, expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ApiKeyCreated } from "../../src/domain/account.ts";
import type { Benchmark } from "../../src/domain/benchmarks/benchmark.ts";
import { createCli } from "../support/server/cli.ts";
import { tempDirs } from "../support/temp-dir.ts";

const tempDir = tempDirs();
const cli = createCli();
const folder = tempDir();
const fileOf = (name: string) => join(folder, `${name}.json`);

const REQUEST = {
  name: "nightly",
  dataset: "starter",
  metrics: ["accuracy"],
  providers: [{ provider: "baseline", model: "first" }],
};
const LINE = /^baseline\/first +0\.250 +0\.175–0\.343 +100\/100$/m;

beforeAll(() => {
  writeFileSync(fileOf("good"), JSON.stringify(REQUEST));
  writeFileSync(
    fileOf("failing"),
    JSON.stringify({ ...REQUEST, providers: [{ provider: "mock", model: "mock?error=401" }] }),
  );
  writeFileSync(fileOf("unknown"), JSON.stringify({ ...REQUEST, dataset: "startre" }));
  writeFileSync(fileOf("broken"), "{");
  writeFileSync(fileOf("twice"), '{"iterations":1,"iterations":1000}');
});

describe("without a running server", () => {
  test("runs a server until the benchmark ends, and stores the benchmark", async () => {
    const DATA_DIR = tempDir();
    const { code, stdout, stderr } = await cli.run(["run", fileOf("good"), "--wait"], { DATA_DIR });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^nightly +0 %\n.*nightly +100 %\n$/s),
    });
    expect(stdout).toMatch(LINE);
    expect(stdout).toMatch(/Benchmark [0-9a-f-]{36}: completed\n$/);
    expect(existsSync(join(DATA_DIR, "control.sock"))).toBe(false);
  });

  test("has exit code 1 and the reason if the benchmark failed", async () => {
    const { code, stdout } = await cli.run(["run", fileOf("failing"), "--wait"], { DATA_DIR: tempDir() });
    expect(code).toBe(1);
    expect(stdout).toMatch(/: failed\. No trial got an answer\. The most frequent error: authentication/);
  });

  test("prints the share of the budget that was spent, and no money without a budget", async () => {
    const prices_file = fileOf("prices");
    const prices = { mock: { mock: { input: 3, output: 15 } } };
    writeFileSync(prices_file, JSON.stringify({ source: "these tests", as_of: "2026-01-31", prices }));
    const spend = async (budget_usd?: number) => {
      const request = { ...REQUEST, metrics: ["cost"], budget_usd, params: { max_tokens: 100 } };
      const asked = JSON.stringify({
        ...request,
        providers: [{ provider: "mock", model: "mock?accuracy=1" }],
      });
      return cli.run(["run", "-", "--wait"], { DATA_DIR: tempDir(), PRICES_FILE: prices_file }, asked);
    };
    const [enough, little, none] = [await spend(0.5), await spend(0.02), await spend()];
    const [, spent, budget] =
      /^Spent \$([\d.]+) of a budget of \$([\d.]+)\n\nBenchmark .*: completed$/m.exec(enough.stdout) ?? [];
    // The table has the same sum, in fewer digits.
    expect(enough.stdout).toContain(Number(spent).toPrecision(3));
    expect([enough.code, Number(spent) > 0, budget]).toEqual([0, true, "0.5"]);
    expect(little.code).toBe(1);
    expect(little.stdout).toMatch(
      /^Spent \$0\.01\d* of a budget of \$0\.02\n\nBenchmark .*: over_budget\. /m,
    );
    expect([none.code, none.stdout.includes("budget")]).toEqual([0, false]);
  });

  test("without --wait refuses to create a benchmark that no server would run", async () => {
    const { code, stderr } = await cli.run(["run", fileOf("good")], { DATA_DIR: tempDir() });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: "No server is running that could run the benchmark: start one, or add --wait.\n",
    });
  });
});

describe("assertions", () => {
  const two = [
    { provider: "mock", model: "mock?accuracy=0.99&seed=1", label: "good" },
    { provider: "mock", model: "mock?accuracy=0.5&seed=2", label: "bad" },
  ];
  const request = { ...REQUEST, dataset: "arithmetic?size=200", providers: two };
  const gate = (assertions: object[]) =>
    cli.run(["run", "-", "--wait"], { DATA_DIR: tempDir() }, JSON.stringify({ ...request, assertions }));

  test("that hold give exit code 0, with the comparison and the reasons", async () => {
    const { code, stdout } = await gate([{ metric: "accuracy", run: "good", not_worse_than: "bad" }]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^holds +accuracy +good +/m) });
    expect(stdout).toMatch(/^accuracy +good +better +bad +0\.\d+ +0\.\d+ to 0\.\d+ +< 0\.001$/m);
  });

  test("that fail give exit code 1, although the benchmark completed", async () => {
    const { code, stdout } = await gate([{ metric: "accuracy", run: "bad", min: 0.9 }]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAILS +accuracy +bad +0\.\d+ is below 0\.9$/m);
    expect(stdout).toMatch(/: completed, and not all assertions hold\n$/);
  });
});

describe("with a running server", () => {
  test("sends the benchmark to it, and without --wait does not wait for the end", async () => {
    const DATA_DIR = tempDir();
    await cli.serve({ DATA_DIR });
    const { benchmark_id, status } = await cli.read<Benchmark>(["run", fileOf("good")], { DATA_DIR });
    expect({ status, benchmark_id }).toEqual({ status: "pending", benchmark_id: expect.any(String) });
    const { code, stdout } = await cli.run(["run", "-", "--wait"], { DATA_DIR }, JSON.stringify(REQUEST));
    expect(code).toBe(0);
    expect(stdout).toMatch(LINE);
  });

  test("calls another server with an API key", async () => {
    const DATA_DIR = tempDir();
    const { url } = await cli.serve({ DATA_DIR });
    const { key } = await cli.read<ApiKeyCreated>(["key", "create", "ci"], { DATA_DIR });
    const elsewhere = { DATA_DIR: join(tempDir(), "never-made"), LLM_TEST_BENCH_API_KEY: key };
    const argv = ["run", fileOf("good"), "--wait", "--server", url];
    const { code, stdout } = await cli.run(argv, elsewhere);
    expect(code).toBe(0);
    expect(stdout).toMatch(LINE);
    expect(existsSync(elsewhere.DATA_DIR)).toBe(false);
    const refused = await cli.run(argv, { LLM_TEST_BENCH_API_KEY: `ltb_${"a".repeat(32)}` });
    expect({ code: refused.code, stderr: refused.stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/API key/),
    });
  });
});

describe("an invalid command line", () => {
  const cases: [what: string, argv: string[], code: number, message: RegExp][] = [
    ["no file", ["run"], 2, /^Usage: run FILE/],
    ["an unknown option", ["run", "x", "--watch"], 2, /^Unknown option '--watch'\.\nUsage: run FILE/],
    ["a file that is not there", ["run", "/no/such.json"], 2, /^No file at \/no\/such\.json\.\n$/],
    ["a file that is no JSON", ["run", fileOf("broken"), "--wait"], 2, /broken\.json is not valid JSON: /],
    ["a file with a field twice", ["run", fileOf("twice")], 2, /the field 'iterations' more than once/],
    [
      "an unknown dataset",
      ["run", fileOf("unknown"), "--wait"],
      1,
      /^dataset: unknown dataset 'startre'. Did you mean 'starter'/,
    ],
    [
      "a server without a key",
      ["run", fileOf("good"), "--server", "http://127.0.0.1:9"],
      2,
      /set LLM_TEST_BENCH_API_KEY/,
    ],
    [
      "a server that is no URL",
      ["run", fileOf("good"), "--server", "nonsense"],
      2,
      /^--server nonsense is not a URL/,
    ],
  ];

  test.each(cases)("%s", async (_, argv, code, message) => {
    const ended = await cli.run(argv, { DATA_DIR: tempDir() });
    expect({ code: ended.code, stderr: ended.stderr, stdout: ended.stdout }).toEqual({
      code,
      stdout: "",
      stderr: expect.stringMatching(message),
    });
  });

  test("a server that cannot be reached is named", async () => {
    const argv = ["run", fileOf("good"), "--server", "http://127.0.0.1:1"];
    const { code, stderr } = await cli.run(argv, { LLM_TEST_BENCH_API_KEY: `ltb_${"a".repeat(32)}` });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Can't reach the server at http:\/\/127\.0\.0\.1:1: /);
  });
});
