import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Benchmark } from "../../../src/domain/benchmarks/benchmark.ts";
import type { BenchmarkComparison } from "../../../src/domain/benchmarks/comparison.ts";
import type { Receipt } from "../../../src/domain/benchmarks/receipt.ts";
import { passAt } from "../../../src/statistics/pass-at.ts";
import {
  finishedBenchmark,
  type Refusal,
  requestBenchmark,
  runBenchmark,
  trialsOf,
} from "../../support/benchmarks.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";

const SAMPLES = 40;
const DATASET = `arithmetic?size=${SAMPLES}`;
const PROVIDERS = [0.5, 0.9].map((accuracy) => ({
  provider: "mock",
  model: `mock?accuracy=${accuracy}&seed=3`,
  label: `right ${accuracy}`,
}));

let server: TestServer;
let benchmark: Benchmark;
const request = (more: Record<string, unknown> = {}) => ({
  dataset: DATASET,
  providers: PROVIDERS,
  metrics: ["accuracy", "cost"],
  iterations: 4 * SAMPLES,
  reduce: "pass@2",
  ...more,
});
beforeAll(async () => {
  server = await startServer();
  benchmark = await runBenchmark(
    server,
    request({ assertions: [{ metric: "accuracy", run: "right 0.5", min: 0.1 }] }),
  );
});
afterAll(() => server.stop());

const get = async <Body>(path: string) =>
  (await server.request<Body>("GET", path, { token: server.token })).body;

describe("reduce", () => {
  test("shapes each sample's score before the aggregation", async () => {
    const trials = await trialsOf(server, benchmark.benchmark_id);
    for (const { run, metrics, trials: count, bounds } of benchmark.results!.runs) {
      const bySample = Map.groupBy(
        trials.filter((trial) => trial.run === run),
        ({ sample_id }) => sample_id,
      );
      const scores = [...bySample.values()].map((own) => {
        const right = own.filter(({ scores }) => scores.accuracy === 1).length;
        return passAt({ scored: own.length, right }, 2)!;
      });
      expect(metrics.accuracy).toMatchObject({ n: SAMPLES, reduced: "pass@2" });
      expect(metrics.accuracy!.value).toBeCloseTo(
        scores.reduce((sum, score) => sum + score, 0) / SAMPLES,
        12,
      );
      expect(metrics.cost).toMatchObject({ n: 4 * SAMPLES });
      expect({ count, bounds }).toEqual({ count: 4 * SAMPLES, bounds: {} });
    }
  });

  test("and before comparisons: a sample is one pair", () => {
    const [accuracy, cost] = benchmark.results!.comparisons;
    const [poor, good] = benchmark.results!.runs.map(({ metrics }) => metrics.accuracy!.value!);
    expect(accuracy).toMatchObject({ n: SAMPLES, verdict: "worse", test: "paired_bootstrap_t" });
    expect(accuracy!.difference).toBeCloseTo(poor! - good!, 12);
    expect(cost).toMatchObject({ n: 4 * SAMPLES });
  });

  test("is told by assertions and by the receipt", async () => {
    expect(benchmark.results!.assertions![0]!.reason).toEndWith("is at least 0.1, by pass@2 over 40 samples");
    expect(await get<Receipt>(`/v1/benchmarks/${benchmark.benchmark_id}/receipt`)).toMatchObject({
      reduce: "pass@2",
    });
  });

  test("compares another benchmark in the same way", async () => {
    const other = await runBenchmark(server, request({ reduce: undefined }));
    expect(other.results!.runs[0]!.metrics.accuracy).toMatchObject({ n: 4 * SAMPLES });
    const path = `/v1/benchmarks/${benchmark.benchmark_id}/compare/${other.benchmark_id}`;
    const { comparisons } = await get<BenchmarkComparison>(path);
    const ofAccuracy = comparisons.filter(({ metric }) => metric === "accuracy");
    expect(ofAccuracy.map(({ n }) => n)).toEqual([SAMPLES, SAMPLES]);
  });

  test("may be another in a rescore, and else stays", async () => {
    const rescore = async (change: Record<string, unknown>) => {
      const path = `/v1/benchmarks/${benchmark.benchmark_id}/rescore`;
      const { body } = await server.request<Benchmark>("POST", path, { token: server.token, body: change });
      return (await finishedBenchmark(server, body.benchmark_id)).results!.runs[0]!.metrics.accuracy;
    };
    expect(await rescore({ name: "again" })).toEqual(benchmark.results!.runs[0]!.metrics.accuracy!);
    const majority = await rescore({ reduce: "majority" });
    expect(majority).toMatchObject({ n: SAMPLES, reduced: "majority" });
  });

  test.each([
    [
      { reduce: "pass@5" },
      "needs 5 trials of each sample, but there are 4: set 'iterations' to at least 200",
    ],
    [{ reduce: "pass^2", iterations: undefined }, "there is 1: set 'iterations' to at least 80"],
    [{ reduce: "majority", metrics: ["cost"] }, "needs a metric that is right or wrong"],
    [{ reduce: "pass@0" }, ""],
    [{ reduce: "median" }, ""],
  ])("%j is refused", async (more, message) => {
    const { status, body } = await requestBenchmark<Refusal>(server, request(more));
    expect({ status, field: body.error.details.field }).toEqual({ status: 400, field: "reduce" });
    expect(body.error.message).toContain(message);
  });
});
