import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import type { ConfigOptions } from "../../../../src/config/index.ts";
import type { Benchmark } from "../../../../src/domain/benchmarks/benchmark.ts";
import { createEventBus } from "../../../../src/events.ts";
import type { Fetch } from "../../../../src/providers/provider.ts";
import type { ServerParts } from "../../../../src/server.ts";
import { orderOf } from "../../../../src/services/benchmarks/order/benchmark-order.ts";
import { progressEvent } from "../../../../src/services/benchmarks/run/progress.ts";
import { aggregate } from "../../../../src/services/benchmarks/summary/results.ts";
import { createMetricCatalogue } from "../../../../src/services/catalogues/metrics.ts";
import { openStore, type Store } from "../../../../src/store/index.ts";
import {
  benchmarkThat,
  finishedBenchmark,
  runBenchmark,
  startBenchmark,
  trialsOf,
} from "../../../support/benchmarks.ts";
import { startServer, type TestServer } from "../../../support/server/index.ts";
import { openSocket, type SocketMessage } from "../../../support/server/socket.ts";
import { tempDirs } from "../../../support/temp-dir.ts";
import { createUpstream, type Upstream } from "../../../support/upstream/index.ts";

const CONCURRENCY = 5;
/** Trials open at once: see `windowSize` of the open runs. */
const WINDOW = 2 * CONCURRENCY;
const OPENAI = { providers: [{ provider: "openai", model: "gpt-4" }] };

const newDir = tempDirs();
let upstream: Upstream;
let delay_ms = 4;
let server: TestServer;

beforeAll(() => {
  upstream = createUpstream({
    answer: async () => {
      await Bun.sleep(delay_ms);
      return "ANSWER: A";
    },
  });
});
afterAll(() => upstream.stop());

let isRunning = false;

const stop = async () => {
  if (isRunning) await server.stop();
  isRunning = false;
};
const start = async (data_dir: string, more: ConfigOptions = {}, parts: ServerParts = {}) => {
  const openai = { openai_api_key: "sk-test", openai_base_url: `${upstream.url}/v1` };
  server = await startServer({ data_dir, ...openai, openai_concurrency: CONCURRENCY, ...more }, parts);
  isRunning = true;
};
afterEach(stop);

/** Opens the store of a stopped server. */
async function withStore<Result>(data_dir: string, work: (store: Store) => Promise<Result>): Promise<Result> {
  const { database_url } = server.server.config;
  const store = await openStore({ data_dir, database_url, bus: createEventBus() });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

const afterSome = (id: string) => benchmarkThat(server, id, ({ progress }) => progress > 0.2);
const keysOf = async (id: string) =>
  (await trialsOf(server, id)).map(({ run, sample_id, repeat }) => `${run} ${sample_id} ${repeat}`);

test("a benchmark resumes where its process ended, and repeats no trial that has a row", async () => {
  const data_dir = newDir();
  await start(data_dir);
  const before = upstream.calls;
  const { benchmark_id } = await startBenchmark(server, { ...OPENAI, iterations: 250 });
  let stops = 0;
  for (const share of [0.2, 0.5, 0.8]) {
    await benchmarkThat(server, benchmark_id, ({ progress }) => progress > share);
    await stop();
    stops++;
    await start(data_dir);
  }
  const { status, results } = await finishedBenchmark(server, benchmark_id);
  expect({ status, trials: results?.runs[0]?.trials }).toEqual({ status: "completed", trials: 250 });
  expect(new Set(await keysOf(benchmark_id)).size).toBe(250);
  expect(upstream.calls - before).toBeGreaterThanOrEqual(250);
  expect(upstream.calls - before).toBeLessThanOrEqual(250 + stops * WINDOW);
});

test("a server that stops leaves the benchmark open, without results", async () => {
  const data_dir = newDir();
  await start(data_dir);
  const { benchmark_id } = await startBenchmark(server, { ...OPENAI, iterations: 1000 });
  await afterSome(benchmark_id);
  await stop();
  const row = await withStore(data_dir, (store) => store.benchmarks.find(benchmark_id));
  expect(row).toMatchObject({ status: "running", results: null, finished_at: null, lease_until: 0 });
});

test("progress never falls, over a restart either", async () => {
  const data_dir = newDir();
  await start(data_dir);
  const providers = [...OPENAI.providers, { provider: "baseline", model: "first" }];
  const { benchmark_id } = await startBenchmark(server, { providers, iterations: 1000 });
  const half = await benchmarkThat(server, benchmark_id, ({ progress }) => progress > 0.6);
  await stop();
  await start(data_dir);
  const socket = await openSocket(server.url);
  await socket.ask({ type: "subscribe", topics: ["benchmark.progress"] });
  const dataOf = ({ data }: SocketMessage) => data as { progress: number };
  const events = await socket.until((event) => dataOf(event).progress === 1);
  const told = events.map((event) => dataOf(event).progress);
  expect(told.length).toBeGreaterThan(1);
  expect(Math.min(...told)).toBeGreaterThanOrEqual(half.progress);
  expect(told).toEqual(told.toSorted((left, right) => left - right));
  await socket.close();
});

test("results computed again from the rows are those that were stored", async () => {
  const data_dir = newDir();
  await start(data_dir);
  const { benchmark_id } = await runBenchmark(server, {
    providers: [
      ...OPENAI.providers,
      { provider: "baseline", model: "random" },
      { provider: "mock", model: "mock?error_rate=0.2&error=401" },
    ],
    metrics: ["accuracy", "f1", "latency", "cost"],
    iterations: 130,
  });
  await stop();
  await withStore(data_dir, async (store) => {
    const row = await store.benchmarks.find(benchmark_id);
    const dataset = row && (await store.datasets.find(row.dataset_id));
    if (!row || !dataset) throw new Error("the benchmark is gone");
    const metrics = createMetricCatalogue().require(row.spec.metrics);
    const order = await orderOf(store, row, dataset);
    const protocols = ["auto"];
    const { results: again } = await aggregate(store.trials, {
      benchmark: row,
      dataset,
      protocols,
      metrics,
      order,
    });
    expect(row.results?.runs.map(({ trials }) => trials)).toEqual([130, 130, 130]);
    expect(again).toEqual(row.results as NonNullable<typeof row.results>);
  });
});

test("a benchmark cancelled in a process's last moment is summed up by the next process", async () => {
  const data_dir = newDir();
  await start(data_dir);
  const { benchmark_id } = await startBenchmark(server, { ...OPENAI, iterations: 1000 });
  await afterSome(benchmark_id);
  await stop();
  await withStore(data_dir, async ({ benchmarks }) => {
    await benchmarks.cancel(
      benchmark_id,
      "2026-11-23T10:00:00.000Z",
      progressEvent(benchmark_id, "cancelled", 1),
    );
  });
  await start(data_dir);
  const { status, results } = await benchmarkThat(
    server,
    benchmark_id,
    (benchmark) => benchmark.results !== null,
  );
  expect(status).toBe("cancelled");
  const { length } = await trialsOf(server, benchmark_id);
  expect(length).toBeGreaterThan(0);
  expect(results?.runs[0]).toMatchObject({ trials: length, metrics: { accuracy: { n: length } } });
});

test("a provider that has lost its key ends the benchmark with that reason; its trials stay", async () => {
  const data_dir = newDir();
  await start(data_dir);
  const { benchmark_id } = await startBenchmark(server, { ...OPENAI, iterations: 1000 });
  await afterSome(benchmark_id);
  await stop();
  await start(data_dir, { openai_api_key: undefined });
  const benchmark: Benchmark = await finishedBenchmark(server, benchmark_id);
  expect(benchmark).toMatchObject({
    status: "failed",
    error: "The provider 'openai' is not configured: set OPENAI_API_KEY.",
  });
  const outcomes = (await trialsOf(server, benchmark_id)).map(({ outcome }) => outcome);
  expect(outcomes.length).toBeGreaterThan(0);
  expect(new Set(outcomes)).toEqual(new Set(["scored"]));
  expect(benchmark.results?.runs).toMatchObject([
    { trials: outcomes.length, metrics: { accuracy: { n: outcomes.length } } },
  ]);
});

/** A network that ignores aborts. */
const deafFetch: Fetch = (input, { signal: _, ...init } = {}) => fetch(input, init);

test("deleted right after its cancelling: no open trial is stored later", async () => {
  const data_dir = newDir();
  await start(data_dir, {}, { fetch: deafFetch });
  const { benchmark_id } = await startBenchmark(server, { ...OPENAI, iterations: 1000 });
  await afterSome(benchmark_id);
  delay_ms = 200;
  await Bun.sleep(50);
  const path = `/v1/benchmarks/${benchmark_id}`;
  // The cancelling is not awaited.
  const cancelling = server.request("POST", `${path}/cancel`, { token: server.token });
  await benchmarkThat(server, benchmark_id, ({ status }) => status === "cancelled");
  const { status } = await server.request("DELETE", path, { token: server.token });
  delay_ms = 4;
  expect(status).toBe(200);
  await cancelling;
  await stop();
  expect(await withStore(data_dir, (store) => store.trials.count(benchmark_id))).toBe(0);
});
