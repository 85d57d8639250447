import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Subprocess } from "bun";
import { buildBinary } from "../build.ts";
import { VERSION } from "../src/base/version.ts";
import { parquetFile } from "./datasets/files.ts";
import { wasmAnswering } from "./support/plugins.ts";
import { ADMIN } from "./support/server/index.ts";
import { createUpstream } from "./support/upstream/index.ts";

setDefaultTimeout(60_000);

const NAME = "llm-test-bench";
const LISTENS = /LLM Test Bench (http:\S+)/;
const root = mkdtempSync(join(tmpdir(), "test-bench-build-"));
/** A folder that holds only the executable. */
const home = join(root, "empty");
const scratch = join(root, "tmp");
const data_dir = join(home, "data");
const running = new Set<Subprocess>();

beforeAll(async () => {
  for (const folder of [home, scratch]) mkdirSync(folder);
  await buildBinary(join(root, NAME));
  copyFileSync(join(root, NAME), join(home, NAME));
});

afterAll(async () => {
  for (const child of running) {
    child.kill("SIGKILL");
    await child.exited;
  }
  rmSync(root, { recursive: true, force: true });
});

/** Starts the executable without this machine's environment: no PATH and no Bun. */
function start(argv: string[], environment: Record<string, string> = {}) {
  const child = Bun.spawn([join(home, NAME), ...argv], {
    cwd: home,
    env: {
      DATA_DIR: data_dir,
      TMPDIR: scratch,
      BIND_ADDRESS: "127.0.0.1:0",
      LOG_LEVEL: "silent",
      ADMIN_USERNAME: ADMIN.username,
      ADMIN_PASSWORD: ADMIN.password,
      ...environment,
    },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  running.add(child);
  return child;
}

/** Runs a command and returns its output. Throws if it fails. */
async function run(...argv: string[]): Promise<string> {
  const child = start(argv);
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  if ((await child.exited) !== 0) throw new Error(`${argv.join(" ")} failed: ${stderr}${stdout}`);
  return stdout;
}

async function urlIn(output: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of output) {
    text += decoder.decode(bytes, { stream: true });
    const url = LISTENS.exec(text)?.[1];
    if (url) return url;
  }
  throw new Error(`The server did not start: ${text}`);
}

async function serve(environment: Record<string, string> = {}) {
  const child = start(["serve"], environment);
  const url = await urlIn(child.stdout);
  async function call<Body>(
    method: string,
    path: string,
    { token, body }: { token?: string; body?: object } = {},
  ): Promise<Body> {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as Body;
  }
  return {
    url,
    call,
    login: async () => (await call<{ token: string }>("POST", "/v1/auth/login", { body: ADMIN })).token,
    stop() {
      child.kill("SIGTERM");
      return child.exited;
    },
  };
}

interface Benchmark {
  benchmark_id: string;
  status: string;
  progress: number;
  results: { runs: BenchmarkRun[] } | null;
}

interface BenchmarkRun {
  run: string;
  outcomes: { scored: number };
  metrics: Record<string, { n: number; value: number | null }>;
}

async function finished(server: Awaited<ReturnType<typeof serve>>, token: string, id: string) {
  for (;;) {
    const read = await server.call<Benchmark>("GET", `/v1/benchmarks/${id}`, { token });
    if (read.progress >= 1) return read;
    await Bun.sleep(20);
  }
}

const BENCHMARK = {
  name: "in the binary",
  providers: [
    { provider: "baseline", model: "overlap" },
    { provider: "mock", model: "mock" },
  ],
  dataset: "starter",
  metrics: ["accuracy", "latency", "cost"],
};

test("serves from an empty folder, and has its data again after a restart", async () => {
  const first = await serve();
  expect(await first.call<object>("GET", "/health")).toMatchObject({ status: "healthy", version: VERSION });
  const token = await first.login();
  const asked = { provider: "mock", model: "mock", prompt: "What is 17 + 25?" };
  const answered = await first.call<{ text: string; request_id: string }>("POST", "/v1/completions", {
    token,
    body: asked,
  });
  expect(answered.text).toContain("42");
  const { benchmark_id } = await first.call<Benchmark>("POST", "/v1/benchmarks", { token, body: BENCHMARK });
  const ended = await finished(first, token, benchmark_id);
  expect(ended.status).toBe("completed");
  expect(ended.results?.runs.map(({ run, outcomes }) => [run, outcomes.scored])).toEqual([
    ["baseline/overlap", 100],
    ["mock/mock", 100],
  ]);
  expect(await first.stop()).toBe(0);

  const second = await serve();
  expect(await finished(second, token, benchmark_id)).toEqual(ended);
  const kept = await second.call<{ text: string }>("GET", `/v1/completions/${answered.request_id}`, {
    token,
  });
  expect(kept.text).toBe(answered.text);
  expect(await second.stop()).toBe(0);
  expect(readdirSync(home).sort()).toEqual(["data", NAME]);
});

test("contains its pages, their files and the GraphQL schema", async () => {
  const server = await serve();
  const page = await (await fetch(`${server.url}/swagger-ui`)).text();
  const files = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path);
  expect(files.length).toBeGreaterThan(0);
  for (const path of files) expect((await fetch(server.url + path)).status).toBe(200);
  const asked = { query: "{ version }" };
  expect(await server.call<object>("POST", "/graphql", { body: asked })).toEqual({
    data: { version: VERSION },
  });
  expect(await server.stop()).toBe(0);
});

test("loads modules that are imported on demand: a vendor's client and the parquet reader", async () => {
  const upstream = createUpstream({ answer: () => "Paris." });
  const server = await serve({ OPENAI_API_KEY: "not-a-secret", OPENAI_BASE_URL: `${upstream.url}/v1` });
  const token = await server.login();
  const asked = { provider: "openai", model: "gpt-4o-mini", prompt: "What is the capital of France?" };
  expect(await server.call<object>("POST", "/v1/completions", { token, body: asked })).toMatchObject({
    text: "Paris.",
  });
  expect(upstream.calls).toBe(1);

  const file = join(root, "questions.parquet");
  const column = (name: string, data: string[]) => ({ name, data, type: "STRING" }) as const;
  // Snappy, the writer's default, is read by WebAssembly.
  const questions = Array.from({ length: 500 }, (_, index) => `What is ${index} + 1?`);
  const answers = questions.map((_, index) => String(index + 1));
  await Bun.write(file, parquetFile([column("input", questions), column("expected", answers)]));
  const imported = await run("dataset", "import", file, "--name", "parquet");
  expect(JSON.parse(imported)).toMatchObject({ name: "parquet", samples: 500 });
  expect(await server.stop()).toBe(0);
  await upstream.stop();
});

test("scores long texts in a process of its own", async () => {
  const server = await serve();
  const token = await server.login();
  const long = "a text of many words ".repeat(1_000);
  const texts = { provider: "p", model: "m", input: "i", output: long, expected: `${long} and more` };
  const body = { ...texts, metrics: ["f1", { name: "chrf", params: { word_order: 2 } }] };
  const { metrics } = await server.call<{ metrics: object }>("POST", "/v1/evaluations", { token, body });
  expect(metrics).toEqual({ f1: expect.closeTo(0.9998, 3), chrf: expect.closeTo(99.95, 1) });
  expect(await server.stop()).toBe(0);
});

test("runs plugins in workers, and creates and checks new plugins", async () => {
  const server = await serve();
  const token = await server.login();
  const manifest = { name: "count", version: "1.0.0", description: "Counts.", plugin_type: "custom" };
  const wasm = wasmAnswering("(i32.const 7)");
  const codes = [
    { manifest, source: "export const execute = ({ text }) => text.length;" },
    { manifest: { ...manifest, name: "seven" }, wasm: Buffer.from(wasm).toString("base64") },
  ];
  const outputs: unknown[] = [];
  for (const code of codes) {
    const { id } = await server.call<{ id: string }>("POST", "/v1/plugins", { token, body: code });
    const path = `/v1/plugins/${id}/execute`;
    outputs.push(
      (await server.call<{ output: unknown }>("POST", path, { token, body: { input: { text: "four" } } }))
        .output,
    );
  }
  expect(outputs).toEqual([4, 7]);

  const evaluator = {
    manifest: { ...manifest, name: "first-choice", plugin_type: "evaluator" },
    source: 'export const execute = ({ output }) => ({ score: output.includes("ANSWER: A") ? 1 : 0 });',
  };
  await server.call("POST", "/v1/plugins", { token, body: evaluator });
  const metrics = ["plugin:first-choice", "plugin:first-choice@1.0.0"];
  const providers = ["first", "longest"].map((model) => ({ provider: "baseline", model }));
  const asked = { ...BENCHMARK, metrics, providers };
  const { benchmark_id } = await server.call<Benchmark>("POST", "/v1/benchmarks", { token, body: asked });
  const { status, results } = await finished(server, token, benchmark_id);
  expect(status).toBe("completed");
  const [first, longest] = results?.runs ?? [];
  for (const metric of metrics) {
    expect(first?.metrics[metric]).toMatchObject({ n: 100, value: 1 });
    // Of 40 of the hundred questions the first choice is a longest one.
    expect(longest?.metrics[metric]).toMatchObject({ n: 100, value: 0.4 });
  }
  expect(await server.stop()).toBe(0);

  await run("plugin", "new", join(root, "brief"), "--kind", "transform");
  expect(await run("plugin", "check", join(root, "brief"))).toContain("brief 1.0.0 can be installed");
  expect(await run("plugin", "docs")).toStartWith("# Writing a plugin");
});

test("compares formulas in a process of its own", async () => {
  const server = await serve();
  const token = await server.login();
  const scoreOf = async (output: string, expected: string) => {
    const text = { provider: "mock", model: "mock", input: "Simplify.", output, expected };
    const asked = { ...text, metrics: ["accuracy", "math_equal"] };
    return (await server.call<{ metrics: object }>("POST", "/v1/evaluations", { token, body: asked }))
      .metrics;
  };
  expect(await scoreOf("\\frac{1}{\\sqrt{3}}", "\\frac{\\sqrt{3}}{3}")).toEqual({
    accuracy: 1,
    math_equal: 1,
  });
  expect(await scoreOf("2\\sin x\\cos x", "\\cos 2x")).toEqual({ accuracy: 0, math_equal: 0 });
  expect(await server.stop()).toBe(0);
});

describe("commands", () => {
  test("create accounts, keys and datasets for the server, while it runs and while it does not", async () => {
    writeFileSync(join(root, "questions.csv"), "question,answer\nWhat is 1 + 1?,2\nWhat is 2 + 2?,4\n");
    const mapping = JSON.stringify({ input: "question", expected: "answer" });
    const imported = [
      "dataset",
      "import",
      join(root, "questions.csv"),
      "--name",
      "questions",
      "--mapping",
      mapping,
    ];
    expect(JSON.parse(await run(...imported))).toMatchObject({ name: "questions", samples: 2 });
    const user = await run("user", "create", "reader", "--role", "viewer", "--password", "a long password");
    expect(JSON.parse(user)).toMatchObject({ username: "reader", role: "viewer" });

    const server = await serve();
    const { key } = JSON.parse(await run("key", "create", "for the test")) as { key: string };
    const { items } = await server.call<{ items: { name: string }[] }>("GET", "/v1/datasets", { token: key });
    expect(items.map(({ name }) => name)).toContain("questions");
    expect(await server.stop()).toBe(0);
  });

  test("print the OpenAPI document, the version and the help", async () => {
    const { openapi, paths } = JSON.parse(await run("openapi"));
    expect(openapi).toStartWith("3.");
    expect(Object.keys(paths)).toContain("/v1/completions");
    expect(await run("--version")).toBe(`${VERSION}\n`);
    expect(await run("help")).toContain("dataset import FILE");
  });

  test("show the demo and make a backup", async () => {
    expect(await run("demo")).toMatch(/mock, 90 % right +0\.\d{3}/);
    const file = join(root, "copy.db");
    expect(JSON.parse(await run("backup", file))).toMatchObject({ file });
  });
});
