import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { CurrentResults } from "../../../src/domain/benchmarks/benchmark.ts";
import { createCurrentResults } from "../../../src/services/benchmarks/current-results.ts";
import { createMetricCatalogue } from "../../../src/services/catalogues/metrics.ts";
import type { Store } from "../../../src/store/index.ts";
import {
  benchmarkThat,
  getBenchmark,
  type Refusal,
  runBenchmark,
  startBenchmark,
} from "../../support/benchmarks.ts";
import { benchmarkRow, datasetRow, trialRow } from "../../support/rows.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";
import { openStoreIn } from "../../support/store.ts";
import { tempDirs } from "../../support/temp-dir.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const resultsOf = <Body = CurrentResults>(id: string) =>
  server.request<Body>("GET", `/v1/benchmarks/${id}/results`, { token: server.token });

const cancel = (id: string) => server.request("POST", `/v1/benchmarks/${id}/cancel`, { token: server.token });

/** Two runs that answer some trials at once and then wait. */
const SLOW = {
  dataset: "arithmetic?size=2000",
  providers: [1, 2].map((seed) => ({
    provider: "mock",
    model: `mock?latency_ms=100&accuracy=0.5&seed=${seed}`,
    label: `run ${seed}`,
  })),
  assertions: [{ metric: "accuracy", min: 0.1 }],
};

describe("the results of a benchmark that runs", () => {
  test("are interim ones of the settled trials, while its own `results` stay null", async () => {
    const { benchmark_id, trials } = await startBenchmark(server, SLOW);
    await benchmarkThat(server, benchmark_id, ({ progress }) => progress > 0);
    const { status, body } = await resultsOf(benchmark_id);
    expect(status).toBe(200);
    expect(body).toMatchObject({ benchmark_id, status: "running", interim: true, trials });
    expect(body.settled).toBeGreaterThan(0);
    expect(body.settled).toBeLessThan(trials);
    expect(body.runs.reduce((sum, run) => sum + (run.metrics.accuracy?.n ?? 0), 0)).toBe(body.settled);
    expect((await getBenchmark(server, benchmark_id)).results).toBeNull();
    await cancel(benchmark_id);
  });

  test("have no verdicts, with the reason, and judge no assertion", async () => {
    const { benchmark_id } = await startBenchmark(server, SLOW);
    await benchmarkThat(server, benchmark_id, ({ progress }) => progress > 0);
    const { body } = await resultsOf(benchmark_id);
    expect(body.comparisons).toMatchObject([
      { metric: "accuracy", verdict: null, verdict_reason: expect.stringContaining("still to come") },
    ]);
    expect(body).not.toHaveProperty("assertions");
    expect(body).not.toHaveProperty("passed");
    await cancel(benchmark_id);
  });
});

test("the results of an ended benchmark are its own", async () => {
  const { benchmark_id, results, status, trials, finished_at } = await runBenchmark(server, {
    providers: ["first", "random"].map((model) => ({ provider: "baseline", model })),
    assertions: [{ metric: "accuracy", min: 0 }],
  });
  const { body } = await resultsOf(benchmark_id);
  const state = { benchmark_id, status, interim: false, settled: trials, trials, computed_at: finished_at };
  expect<unknown>(body).toEqual({ ...state, ...results });
});

test("a cancelled benchmark has those of the trials it has", async () => {
  const { benchmark_id } = await startBenchmark(server, SLOW);
  await benchmarkThat(server, benchmark_id, ({ progress }) => progress > 0);
  await cancel(benchmark_id);
  expect((await resultsOf(benchmark_id)).body).toMatchObject({ interim: false, status: "cancelled" });
});

test("an unknown benchmark has none", async () => {
  expect((await resultsOf<Refusal>("01890000-0000-7000-8000-000000000000")).status).toBe(404);
});

describe("interim results", () => {
  const tempDir = tempDirs();
  const CALLER = { id: "someone", role: "viewer" } as never;

  async function opened() {
    const store = await openStoreIn(tempDir());
    const dataset = datasetRow({ samples: 10 });
    await store.datasets.addUnlessNamed(dataset);
    const benchmark = benchmarkRow({ dataset_id: dataset.dataset_id });
    await store.benchmarks.add(benchmark, { topic: "benchmark.progress", data: {} } as never);
    return { store, benchmark };
  }

  /** Counts how often all rows of a run are read. */
  function counting(store: Store) {
    const reads = { count: 0 };
    const { chunks } = store.trials;
    const counted: Store["trials"]["chunks"] = (...names) => {
      reads.count++;
      return chunks(...names);
    };
    return { reads, store: { ...store, trials: { ...store.trials, chunks: counted } } };
  }

  test("are shared by requests, and not computed anew within seconds", async () => {
    const { store, benchmark } = await opened();
    const counted = counting(store);
    const current = createCurrentResults({ store: counted.store, catalogue: createMetricCatalogue() });
    const get = () => current.get(CALLER, benchmark.benchmark_id);
    const first = await Promise.all([get(), get(), get()]);
    expect(first.map(({ settled, interim }) => ({ settled, interim }))).toEqual(
      Array(3).fill({ settled: 0, interim: true }),
    );
    await store.trials.add(trialRow({ benchmark_id: benchmark.benchmark_id }));
    expect((await get()).settled).toBe(0);
    expect(counted.reads.count).toBe(1);
    await store.close();
  });

  test("that could not be computed are tried again", async () => {
    const { store, benchmark } = await opened();
    const { find } = store.datasets;
    let fails = true;
    const datasets: Store["datasets"] = {
      ...store.datasets,
      find: (id) => (fails ? Promise.reject(new Error("the disk is full")) : find(id)),
    };
    const current = createCurrentResults({
      store: { ...store, datasets },
      catalogue: createMetricCatalogue(),
    });
    const get = () => current.get(CALLER, benchmark.benchmark_id);
    expect(get()).rejects.toThrow("the disk is full");
    await get().catch(() => undefined);
    fails = false;
    expect((await get()).interim).toBe(true);
    await store.close();
  });
});
