import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Benchmark } from "../../../../src/domain/benchmarks/benchmark.ts";
import {
  benchmarkThat,
  finishedBenchmark,
  getBenchmark,
  startBenchmark,
  trialsOf,
} from "../../../support/benchmarks.ts";
import { startServer, type TestServer } from "../../../support/server/index.ts";
import { waitUntil } from "../../../support/timing/waiting.ts";
import { createUpstream, type Upstream } from "../../../support/upstream/index.ts";

const AT_ONCE = 16;

let upstream: Upstream;
let server: TestServer;
/** Whether the upstream lets its callers wait until they abort. */
let hangs = false;

beforeAll(async () => {
  upstream = createUpstream({
    answer: async () => {
      await Bun.sleep(5);
      return "ANSWER: A";
    },
    fault: () => (hangs ? "hang" : undefined),
  });
  server = await startServer({
    openai_api_key: "sk-test",
    openai_base_url: `${upstream.url}/v1`,
    openai_concurrency: 4,
  });
});
afterAll(async () => {
  await server.stop();
  await upstream.stop();
});

const OPENAI = { providers: [{ provider: "openai", model: "gpt-4" }] };
const HELD = { providers: [{ provider: "mock", model: "mock?latency_ms=60000" }] };
const cancel = (id: string) => server.request("POST", `/v1/benchmarks/${id}/cancel`, { token: server.token });
const running = (id: string) => benchmarkThat(server, id, ({ status }) => status === "running");

test("while it runs: settled trials are kept and summed up, and the calls stop", async () => {
  const { benchmark_id } = await startBenchmark(server, { ...OPENAI, iterations: 5_000 });
  await benchmarkThat(server, benchmark_id, ({ progress }) => progress > 0);
  const { status, body } = await cancel(benchmark_id);
  const calls = upstream.calls;
  expect(status).toBe(200);
  expect(body).toMatchObject({ status: "cancelled", progress: 1, trials: 5_000, error: null });
  const stored = await getBenchmark(server, benchmark_id);
  expect<unknown>(stored).toEqual(body);
  const all = await trialsOf(server, benchmark_id);
  expect(all.length).toBeGreaterThan(0);
  expect(all.length).toBeLessThan(5_000);
  expect(stored.results?.runs).toMatchObject([
    {
      trials: all.length,
      outcomes: { scored: all.length, provider_error: 0 },
      metrics: { accuracy: { n: all.length } },
    },
  ]);
  await Bun.sleep(50);
  expect(upstream.calls).toBe(calls);
  expect(await trialsOf(server, benchmark_id)).toHaveLength(all.length);
});

test("open calls are aborted, and their trials have no row", async () => {
  hangs = true;
  const before = upstream.requests.length;
  const { benchmark_id } = await startBenchmark(server, OPENAI);
  await waitUntil(() => upstream.requests.length >= before + 4, { poll_ms: 1 });
  hangs = false;
  const { body } = await cancel(benchmark_id);
  expect(body).toMatchObject({
    status: "cancelled",
    results: {
      runs: [{ trials: 0, outcomes: { provider_error: 0 }, metrics: { accuracy: { value: null, n: 0 } } }],
    },
  });
  const asked = upstream.requests.slice(before);
  await waitUntil(() => asked.every(({ aborted }) => aborted), { poll_ms: 1 });
  expect(asked).toHaveLength(4);
});

test("before it has begun: it never begins", async () => {
  const held: Benchmark[] = [];
  for (let index = 0; index < AT_ONCE; index++) held.push(await startBenchmark(server, HELD));
  for (const { benchmark_id } of held) await running(benchmark_id);
  const calls = upstream.calls;
  const { benchmark_id } = await startBenchmark(server, OPENAI);
  expect(await getBenchmark(server, benchmark_id)).toMatchObject({ status: "pending", progress: 0 });
  const { body } = await cancel(benchmark_id);
  expect(body).toMatchObject({
    status: "cancelled",
    progress: 1,
    started_at: null,
    results: { runs: [{ trials: 0, metrics: { accuracy: { value: null, n: 0 } } }] },
  });
  for (const { benchmark_id: id } of held) await cancel(id);
  const next = await startBenchmark(server, { ...OPENAI, iterations: 3 });
  await finishedBenchmark(server, next.benchmark_id);
  expect(upstream.calls).toBe(calls + 3);
  expect((await getBenchmark(server, benchmark_id)).status).toBe("cancelled");
});

test("at any moment: it ends with results that match its rows", async () => {
  for (let pause = 0; pause < 40; pause += 2) {
    const { benchmark_id } = await startBenchmark(server, {
      providers: [{ provider: "baseline", model: "first" }],
      iterations: 300,
    });
    await Bun.sleep(pause);
    const { status } = await cancel(benchmark_id);
    expect([200, 409]).toContain(status);
    const { status: ended, progress, results } = await getBenchmark(server, benchmark_id);
    expect(ended).toBe(status === 200 ? "cancelled" : "completed");
    expect(progress).toBe(1);
    expect(results?.runs[0]?.trials).toBe((await trialsOf(server, benchmark_id)).length);
  }
});
