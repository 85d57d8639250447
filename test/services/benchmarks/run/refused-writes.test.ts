import { expect, test } from "bun:test";
import { createProviders } from "../../../../src/providers/index.ts";
import { createPrices } from "../../../../src/providers/prices/index.ts";
import { createBenchmarkRunner } from "../../../../src/services/benchmarks/run/index.ts";
import { createMetricCatalogue } from "../../../../src/services/catalogues/metrics.ts";
import { createModelCalls } from "../../../../src/services/model-calls/index.ts";
import { createJudges } from "../../../../src/services/scoring/judges.ts";
import type { Store } from "../../../../src/store/index.ts";
import { createLog } from "../../../../src/telemetry/log.ts";
import { createPrometheus } from "../../../../src/telemetry/prometheus.ts";
import { datasetsOver } from "../../../support/datasets.ts";
import { pluginsOver } from "../../../support/plugins.ts";
import { benchmarkRow } from "../../../support/rows.ts";
import { openStoreIn } from "../../../support/store.ts";
import { tempDirs } from "../../../support/temp-dir.ts";
import { waitUntil } from "../../../support/timing/waiting.ts";

const tempDir = tempDirs();
const QUESTIONS = 100;
const ACCEPTED = 20;

/** A runner over a store that takes some trials, and then refuses every one with this error. */
function runnerOver(store: Store, refusal?: Error) {
  const prometheus = createPrometheus();
  let taken = 0;
  const trials = {
    ...store.trials,
    add: (...row: Parameters<Store["trials"]["add"]>) =>
      refusal && ++taken > ACCEPTED ? Promise.reject(refusal) : store.trials.add(...row),
  };
  const providers = createProviders();
  const parts = { prices: createPrices(), responses: store.responses, concurrency: {}, prometheus };
  const modelCalls = createModelCalls({ providers, ...parts });
  const scoring = { catalogue: createMetricCatalogue(), judges: createJudges(modelCalls) };
  const more = { plugins: pluginsOver(store), plugin_failures_max: 10, prometheus };
  const tools = { store: { ...store, trials }, modelCalls, ...scoring, ...more };
  return createBenchmarkRunner(tools, createLog("silent"));
}

/** A benchmark over `starter` that ran until the store refused its trials; what was left of it. */
async function refused(refusal: Error) {
  const store = await openStoreIn(tempDir());
  const { row: dataset } = await datasetsOver(store.datasets).resolve("starter");
  const runs = [{ provider: "baseline", model: "first" }];
  const spec = { ...benchmarkRow().spec, runs, iterations: QUESTIONS };
  const { dataset_id } = dataset;
  const benchmark = benchmarkRow({ dataset_id, dataset: "starter", total: QUESTIONS, spec });
  const { benchmark_id } = benchmark;
  const progress = { benchmark_id, progress: 0, status: "pending" } as const;
  await store.benchmarks.add(benchmark, { topic: "benchmark.progress", data: progress });
  const runner = runnerOver(store, refusal);
  await runner.start();
  await waitUntil(async () => (await store.trials.count(benchmark_id)) >= ACCEPTED && runner.running() === 0);
  return { store, runner, find: () => store.benchmarks.find(benchmark_id) };
}

test("a database that refuses a write for a while leaves the benchmark open, and it is finished later", async () => {
  const { store, runner, find } = await refused(new Error("SQLITE_BUSY: database is locked"));
  expect(await find()).toMatchObject({ status: "running", results: null });
  await runner.stop();
  const next = runnerOver(store);
  await next.start();
  await waitUntil(async () => (await find())?.status !== "running");
  expect(await find()).toMatchObject({
    status: "completed",
    results: { runs: [{ trials: QUESTIONS, outcomes: { scored: QUESTIONS } }] },
  });
  await next.stop();
  await store.close();
});

test("any other fault ends the benchmark, with its settled trials", async () => {
  const { store, runner, find } = await refused(new TypeError("a bug"));
  expect(await find()).toMatchObject({ status: "failed", results: { runs: [{ trials: ACCEPTED }] } });
  await runner.stop();
  await store.close();
});
