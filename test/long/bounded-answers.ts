import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetFile } from "../datasets/files.ts";
import { finishedBenchmark } from "../support/benchmarks.ts";
import { type ServerProcess, startServerProcess } from "../support/server/server-process.ts";
import { type Part, requireLinux } from "./support/part.ts";

/** What `/health` may take beside an attack, beyond its worst answer of the idle machine. */
const HELD_MS_MAX = 100;
const MEGABYTE = 1_000_000;
const AUTHOR = { provider: "p", model: "m" };

/** Asks for /health every 5 ms in a process of its own until its input ends; prints the worst answer and the count. */
const PULSE = `
  let [worst, answers, on] = [0, 0, true];
  process.stdin.on("end", () => { on = false; }).resume();
  while (on) {
    const asked = performance.now();
    const { status } = await fetch(process.argv[1] + "/health");
    if (status !== 200) throw new Error("/health answered " + status);
    worst = Math.max(worst, performance.now() - asked);
    answers++;
    await Bun.sleep(5);
  }
  console.log(JSON.stringify({ worst, answers }));
`;

interface Pulse {
  worst: number;
  answers: number;
}

/** Runs an attack beside the pulse. */
async function beside(url: string, attack: () => Promise<unknown>): Promise<Pulse> {
  const child = Bun.spawn([process.execPath, "-e", PULSE, url], { stdin: "pipe", stdout: "pipe" });
  await Bun.sleep(300);
  try {
    await attack();
  } finally {
    await child.stdin.end();
  }
  return JSON.parse(await new Response(child.stdout).text()) as Pulse;
}

function residentMegabytes(pid: number): number {
  const [, kilobytes = "0"] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Math.round(Number(kilobytes) / 1_000);
}

const words = (bytes: number, seed: number): string => {
  let text = "";
  for (let word = seed; text.length < bytes; word = (word * 48_271) % 2_147_483_647)
    text += `${word.toString(36)} `;
  return text.slice(0, bytes);
};

const chrfs = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: "chrf", label: `chrf ${index}` }));

type Attack = (server: ServerProcess) => Promise<unknown>;

async function post(server: ServerProcess, path: string, body: object, status: number) {
  const answer = await server.request<Record<string, never>>("POST", path, { token: server.token, body });
  assert.equal(answer.status, status, JSON.stringify(answer.body).slice(0, 500));
  return answer.body;
}

async function get(server: ServerProcess, path: string): Promise<string> {
  const response = await fetch(server.url + path, { headers: { authorization: `Bearer ${server.token}` } });
  assert.equal(response.status, 200, path);
  return response.text();
}

async function upload(server: ServerProcess, file: Blob, fields: Record<string, string>): Promise<Response> {
  const form = new FormData();
  form.set("file", file, fields.filename);
  for (const [name, value] of Object.entries(fields)) if (name !== "filename") form.set(name, value);
  const headers = { authorization: `Bearer ${server.token}` };
  return fetch(`${server.url}/v1/datasets`, { method: "POST", headers, body: form });
}

/** A hundred evaluations and a hundred samples of a megabyte each. */
const storeLongTexts: Attack = async (server) => {
  const half = "x".repeat(MEGABYTE / 2);
  const scored = { ...AUTHOR, input: half, output: half, expected: "a", metrics: ["contains"] };
  for (let count = 0; count < 100; count++) await post(server, "/v1/evaluations", scored, 201);
  const samples = Array.from({ length: 100 }, () => ({ input: half + half.slice(0, 400_000) }));
  await post(server, "/v1/datasets", { name: "long", samples }, 201);
};

async function datasetNamed(server: ServerProcess, name: string): Promise<string> {
  const { items } = JSON.parse(await get(server, "/v1/datasets?page_size=100")) as {
    items: { name: string; dataset_id: string }[];
  };
  return items.find((item) => item.name === name)?.dataset_id ?? "";
}

const aliases = (count: number, field: string) =>
  Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(" ");

const lists: Attack = async (server) => {
  assert((await get(server, "/v1/evaluations?page_size=100")).length < MEGABYTE);
  const dataset_id = await datasetNamed(server, "long");
  assert((await get(server, `/v1/datasets/${dataset_id}/samples?page_size=100`)).length < MEGABYTE);
};

const graphql: Attack = async (server) => {
  const query = `{ ${aliases(15, "evaluations(pageSize: 100) { items { input output } }")} }`;
  const refused = await server.request<{ errors?: unknown[] }>("POST", "/graphql", {
    token: server.token,
    body: { query },
  });
  assert.equal(refused.body.errors?.length, 1);
  const allowed = `{ ${aliases(9, "evaluations(pageSize: 100) { items { input output } }")} }`;
  const answers = await Promise.all(
    Array.from({ length: 3 }, () =>
      server.request<{ errors?: unknown[] }>("POST", "/graphql", {
        token: server.token,
        body: { query: allowed },
      }),
    ),
  );
  for (const { body } of answers) assert.equal(body.errors, undefined);
};

const textMetrics: Attack = async (server) => {
  const item = (seed: number) => ({
    input: "i",
    output: words(15_000, seed),
    expected: words(15_000, seed + 1),
  });
  const items = Array.from({ length: 500 }, (_, index) => item(index + 1));
  await post(server, "/v1/evaluations/batch", { ...AUTHOR, metrics: chrfs(16), items }, 400);
  const fewer = items.slice(0, 100);
  await post(server, "/v1/evaluations/batch", { ...AUTHOR, metrics: chrfs(16), items: fewer }, 201);
};

const oneLongText: Attack = (server) => {
  const texts = { input: "i", output: words(210_000, 1), expected: words(210_000, 2) };
  return post(server, "/v1/evaluations", { ...AUTHOR, ...texts, metrics: chrfs(32) }, 201);
};

const parquetBomb: Attack = async (server) => {
  const text = "x".repeat(MEGABYTE);
  const data = Array.from({ length: 1_000 }, () => text);
  const file = parquetFile([{ name: "input", data, type: "STRING" }]);
  const response = await upload(server, file, { name: "bomb", filename: "bomb.parquet" });
  assert.equal(response.status, 400, await response.text());
};

const largeJson: Attack = (server) => {
  const samples = Array.from({ length: 400_000 }, (_, row) => ({
    id: String(row),
    input: `q ${"x".repeat(200)}`,
  }));
  return post(server, "/v1/datasets", { name: "large", samples }, 201);
};

const longLines: Attack = async (server) => {
  const line = `${JSON.stringify({ input: "x".repeat(MEGABYTE) })}\n`;
  const file = new Blob(Array.from({ length: 100 }, () => line));
  const response = await upload(server, file, { name: "lines", filename: "lines.jsonl" });
  assert.equal(response.status, 201, await response.text());
};

/** Two benchmarks of 100,000 trials each, one after the other. */
async function storeTrials(server: ServerProcess): Promise<[string, string]> {
  const providers = ["first", "random"].map((model) => ({ provider: "baseline", model }));
  const ids: string[] = [];
  for (const name of ["one", "other"]) {
    const body = { name, providers, dataset: "starter", metrics: ["accuracy"], iterations: 50_000 };
    const { benchmark_id } = await post(server, "/v1/benchmarks", body, 201);
    await finishedBenchmark(server, benchmark_id ?? "");
    ids.push(benchmark_id ?? "");
  }
  return [ids[0] ?? "", ids[1] ?? ""];
}

const readTrials =
  (benchmark_id: string): Attack =>
  async (server) => {
    for (const query of ["disagree=true", "correct=false&page=100", "page=900&page_size=100"])
      await get(server, `/v1/benchmarks/${benchmark_id}/trials?${query}`);
  };

const exportTrials =
  (benchmark_id: string): Attack =>
  (server) =>
    Promise.all(
      ["jsonl", "csv"].map((format) => get(server, `/v1/benchmarks/${benchmark_id}/export?format=${format}`)),
    );

const compare =
  ([one, other]: readonly [string, string]): Attack =>
  (server) =>
    get(server, `/v1/benchmarks/${one}/compare/${other}`);

/** Runs each attack beside the pulse, and asserts that the server answered meanwhile. */
async function runAttacks(server: ServerProcess) {
  await storeLongTexts(server);
  const trials = await storeTrials(server);
  // The first query loads the modules of GraphQL, once.
  await server.request("POST", "/graphql", { token: server.token, body: { query: "{ version }" } });
  const attacks: Record<string, Attack> = {
    lists,
    graphql,
    text_metrics: textMetrics,
    one_long_text: oneLongText,
    parquet_bomb: parquetBomb,
    large_json: largeJson,
    long_lines: longLines,
    read_trials: readTrials(trials[0]),
    export_trials: exportTrials(trials[0]),
    compare: compare(trials),
  };
  const idle = await beside(server.url, () => Bun.sleep(3_000));
  const figures: Record<string, number> = { idle_health_ms_worst: Math.round(idle.worst) };
  for (const [name, attack] of Object.entries(attacks)) {
    const started = performance.now();
    const { worst } = await beside(server.url, () => attack(server));
    figures[`${name}_health_ms_worst`] = Math.round(worst);
    figures[`${name}_s`] = Math.round((performance.now() - started) / 100) / 10;
  }
  const held = Object.entries(figures).filter(
    ([name, value]) => name.endsWith("_health_ms_worst") && value > idle.worst + HELD_MS_MAX,
  );
  return { figures, held };
}

async function answersAreBounded() {
  requireLinux();
  const data_dir = mkdtempSync(join(tmpdir(), "bounded-answers-"));
  const server = await startServerProcess({ data_dir });
  try {
    const { figures, held } = await runAttacks(server);
    const memory_mb_max = residentMegabytes(server.pid);
    const disk_mb = Math.round(statSync(join(data_dir, "test-bench.db")).size / MEGABYTE);
    const all = { ...figures, memory_mb_max, disk_mb };
    assert.deepEqual(held, [], JSON.stringify(all));
    return all;
  } finally {
    await server.stop();
    rmSync(data_dir, { recursive: true, force: true });
  }
}

export const boundedAnswers: Part = {
  name: "bounded-answers",
  description: "the worst answer of /health beside each request that once stopped the server",
  run: answersAreBounded,
};
