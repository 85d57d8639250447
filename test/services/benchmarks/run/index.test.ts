import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Client, createClient } from "@libsql/client";
import type { Benchmark } from "../../../../src/domain/benchmarks/benchmark.ts";
import { createTrialOrder } from "../../../../src/services/benchmarks/order/trial-order.ts";
import {
  benchmarkThat,
  finishedBenchmark,
  getBenchmark,
  startBenchmark,
  trialsOf,
  uploadDataset,
} from "../../../support/benchmarks.ts";
import { startServer, type TestServer } from "../../../support/server/index.ts";
import { createUpstream, type Upstream } from "../../../support/upstream/index.ts";

const AT_ONCE = 16;
const OPENAI = { provider: "openai", model: "gpt-4" };

let upstream: Upstream;
let server: TestServer;
/** Changes the database as another process would. */
let intruder: Client;

beforeAll(async () => {
  upstream = createUpstream({
    answer: async () => {
      await Bun.sleep(4);
      return "ANSWER: A";
    },
  });
  server = await startServer({
    openai_api_key: "sk-test",
    openai_base_url: `${upstream.url}/v1`,
    openai_concurrency: 4,
  });
  intruder = createClient({ url: server.server.config.database_url, concurrency: 1 });
  await intruder.execute("PRAGMA busy_timeout = 5000");
});
afterAll(async () => {
  intruder.close();
  await server.stop();
  await upstream.stop();
});

/** Waits until the upstream has had no call for a while; answers how many it had in all. */
async function quiet(): Promise<number> {
  for (let calls = -1; calls !== upstream.calls; ) {
    calls = upstream.calls;
    await Bun.sleep(60);
  }
  return upstream.calls;
}

const change = (id: string, set: string) =>
  intruder.execute({ sql: `UPDATE benchmarks SET ${set} WHERE benchmark_id = ?`, args: [id] });

async function startedBenchmark(iterations: number): Promise<string> {
  const { benchmark_id } = await startBenchmark(server, { providers: [OPENAI], iterations });
  await benchmarkThat(server, benchmark_id, ({ progress }) => progress > 0);
  return benchmark_id;
}

describe("a benchmark that no longer belongs to this process", () => {
  test("cancelled in the database: the calls stop, and the settled trials are summed up", async () => {
    const id = await startedBenchmark(5_000);
    const before = upstream.calls;
    await change(id, "status = 'cancelled'");
    const { results } = await benchmarkThat(server, id, (benchmark) => benchmark.results !== null);
    expect((await quiet()) - before).toBeLessThan(1_000);
    expect(results?.runs[0]?.trials).toBe((await trialsOf(server, id)).length);
  });

  test("taken by another process: the calls stop, and nothing of it is changed", async () => {
    const id = await startedBenchmark(5_000);
    const before = upstream.calls;
    await change(id, `lease_owner = 'another process', lease_until = ${Date.now() + 3_600_000}`);
    expect((await quiet()) - before).toBeLessThan(1_000);
    expect(await getBenchmark(server, id)).toMatchObject({ status: "running", results: null });
    await change(id, "status = 'cancelled'");
  });

  test("a lease that ran out while the process slept does not start the work twice", async () => {
    const id = await startedBenchmark(400);
    const before = upstream.calls;
    await change(id, "lease_until = 0");
    // Any new benchmark makes the runner look for work.
    const other = await startBenchmark(server);
    await finishedBenchmark(server, other.benchmark_id);
    const { status, results } = await finishedBenchmark(server, id);
    expect({ status, trials: results?.runs[0]?.trials }).toEqual({ status: "completed", trials: 400 });
    expect(upstream.calls - before).toBeLessThanOrEqual(400);
  });
});

test("an internal error in one run ends the others: no more calls are paid", async () => {
  const samples = [...Array(2_000).keys()].map((index) => ({
    input: `Question ${index}`,
    choices: ["yes", "no"],
    expected: 0,
  }));
  const dataset = await uploadDataset(server, "damaged", samples);
  const { rows } = await intruder.execute("SELECT dataset_id FROM datasets WHERE name = 'damaged'");
  const providers = [OPENAI, { provider: "baseline", model: "first" }];
  // The last sample of the order: the quick run meets it long before the slow one.
  const { position } = createTrialOrder([...samples.keys()], 2_000, 0).at(1_999);
  await intruder.execute({
    sql: "DELETE FROM dataset_samples WHERE dataset_id = ? AND position = ?",
    args: [rows[0]?.dataset_id ?? null, position],
  });
  const before = upstream.calls;
  const { benchmark_id } = await startBenchmark(server, { dataset, providers });
  const { status, error, results } = await finishedBenchmark(server, benchmark_id);
  expect(status).toBe("failed");
  expect(error).toBe("An internal error ended this benchmark. The server's log has the details.");
  const calls = upstream.calls;
  expect(await quiet()).toBe(calls);
  expect(calls - before).toBeLessThan(1_500);
  const all = await trialsOf(server, benchmark_id);
  const { length } = all.filter(({ run }) => run === "baseline/first");
  expect(length).toBeGreaterThanOrEqual(1_900);
  expect(results?.runs.map(({ trials }) => trials)).toEqual([all.length - length, length]);
});

describe("many benchmarks", () => {
  test("some at once, the others wait their turn, and all are completed", async () => {
    const started: Benchmark[] = [];
    for (let index = 0; index < 2 * AT_ONCE + 1; index++) {
      started.push(await startBenchmark(server, { providers: [OPENAI], iterations: 30 }));
    }
    const ids = new Set(started.map(({ benchmark_id }) => benchmark_id));
    // One list is one look at all of them; oldest first here.
    const all = async () => {
      const path = "/v1/benchmarks?page_size=100";
      const { body } = await server.request<{ items: Benchmark[] }>("GET", path, { token: server.token });
      return body.items.filter(({ benchmark_id }) => ids.has(benchmark_id)).reverse();
    };
    let most = 0;
    let now = await all();
    while (!now.every(({ progress }) => progress === 1)) {
      most = Math.max(most, now.filter(({ status }) => status === "running").length);
      now = await all();
    }
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(AT_ONCE);
    expect(now.map(({ status }) => status)).toEqual(Array(started.length).fill("completed"));
    expect(now.map(({ results }) => results?.runs[0]?.trials)).toEqual(Array(started.length).fill(30));
    const began = now.map(({ started_at }) => started_at ?? "");
    expect(began).toEqual(began.toSorted());
  });

  test("two on one provider share it evenly, however many runs each has", async () => {
    const runs = Array.from({ length: 10 }, (_, index) => ({ ...OPENAI, label: `run ${index}` }));
    const other = { provider: "openai", model: "gpt-4o" };
    const wide = await startBenchmark(server, { providers: runs, iterations: 60 });
    const narrow = await startBenchmark(server, { providers: [other], iterations: 200 });
    await benchmarkThat(server, narrow.benchmark_id, ({ progress }) => progress === 1);
    // While its 200 were called, about as many of the other's 600 were.
    const models = upstream.requests.map(({ body }) => body.model);
    const meanwhile = models.slice(models.indexOf(other.model), models.lastIndexOf(other.model));
    expect(meanwhile.filter((model) => model === OPENAI.model).length).toBeWithin(120, 320);
    await server.request("POST", `/v1/benchmarks/${wide.benchmark_id}/cancel`, { token: server.token });
  });
});
