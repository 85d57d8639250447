import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Benchmark } from "../../../../src/domain/benchmarks/benchmark.ts";
import type { BenchmarkComparison } from "../../../../src/domain/benchmarks/comparison.ts";
import {
  benchmarkThat,
  type Refusal,
  runBenchmark,
  startBenchmark,
  trialsOf,
  uploadDataset,
} from "../../../support/benchmarks.ts";
import { startServer, type TestServer } from "../../../support/server/index.ts";

const SUMS = "arithmetic?size=150";
const mock = (settings: string, label = "model") => ({ provider: "mock", model: `mock?${settings}`, label });

let server: TestServer;
let before: Benchmark;
let after: Benchmark;
beforeAll(async () => {
  server = await startServer();
  before = await runBenchmark(server, { dataset: SUMS, providers: [mock("accuracy=0.95&seed=1")] });
  after = await runBenchmark(server, {
    dataset: SUMS,
    metrics: ["accuracy", "latency"],
    providers: [mock("accuracy=0.6&seed=2"), mock("accuracy=0.9&seed=3", "new")],
  });
});
afterAll(() => server.stop());

const compare = <Body = BenchmarkComparison>(one: Benchmark, other: Benchmark, query = "") =>
  server.request<Body>("GET", `/v1/benchmarks/${one.benchmark_id}/compare/${other.benchmark_id}${query}`, {
    token: server.token,
  });

async function refused(one: Benchmark, other: Benchmark, query = "") {
  const { status, body } = await compare<Refusal>(one, other, query);
  return { status, ...body.error };
}

describe("two benchmarks", () => {
  test("are compared by runs of the same label, sample by sample: a regression is found", async () => {
    const { status, body } = await compare(after, before);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      benchmark_id: after.benchmark_id,
      other_id: before.benchmark_id,
      dataset: { name: SUMS, content_hash: before.results?.dataset.content_hash },
      other_dataset: { name: SUMS, content_hash: before.results?.dataset.content_hash },
      pairs: [{ a: "model", b: "model", paired: 150, unpaired_a: 0, unpaired_b: 0 }],
      unmatched: { a: ["new"], b: [] },
    });
    expect(body.comparisons).toHaveLength(1);
    expect(body.comparisons[0]).toMatchObject({ metric: "accuracy", n: 150, verdict: "worse" });
    const right = async ({ benchmark_id }: Benchmark) =>
      (await trialsOf(server, benchmark_id)).filter(
        ({ run, scores }) => run === "model" && scores.accuracy === 1,
      ).length;
    expect(body.comparisons[0]?.difference).toBeCloseTo(
      ((await right(after)) - (await right(before))) / 150,
      12,
    );
  });

  test("swapped, the verdict is better", async () => {
    const { body } = await compare(before, after);
    expect(body.comparisons[0]).toMatchObject({ verdict: "better" });
    expect(body.unmatched).toEqual({ a: [], b: ["new"] });
  });

  test("are compared by the named runs", async () => {
    const { body } = await compare(after, before, "?run=new&other_run=model");
    expect(body.pairs).toMatchObject([{ a: "new", b: "model", paired: 150 }]);
    expect(body.comparisons[0]).toMatchObject({ a: "new", b: "model" });
    expect(body.unmatched).toEqual({ a: ["model"], b: [] });
    expect((await compare(after, before, "?run=model")).body.pairs).toHaveLength(1);
  });

  test("with different parts of a dataset pair where the parts overlap", async () => {
    const providers = [mock("seed=1")];
    const [one, other] = [
      await runBenchmark(server, { dataset: SUMS, providers, iterations: 60, seed: 1 }),
      await runBenchmark(server, { dataset: SUMS, providers, iterations: 100, seed: 2 }),
    ];
    const idsOf = async ({ benchmark_id }: Benchmark) =>
      new Set((await trialsOf(server, benchmark_id)).map(({ sample_id }) => sample_id));
    const common = (await idsOf(one)).intersection(await idsOf(other)).size;
    const { body } = await compare(one, other);
    expect(body.pairs).toEqual([
      { a: "model", b: "model", paired: common, unpaired_a: 60 - common, unpaired_b: 100 - common },
    ]);
    expect(body.comparisons[0]?.n).toBe(common);
  });

  test("with different numbers of repeats pair by repeat", async () => {
    const twice = await runBenchmark(server, { dataset: SUMS, providers: [mock("seed=1")], iterations: 300 });
    const { body } = await compare(twice, before);
    expect(body.pairs).toMatchObject([{ paired: 150, unpaired_a: 150, unpaired_b: 0 }]);
  });

  test("give the same result when swapped, even with different repeats: each sample pairs once", async () => {
    const providers = [mock("accuracy=0.8&seed=5")];
    const twice = await runBenchmark(server, { dataset: SUMS, providers, iterations: 300 });
    const [one] = (await compare(twice, before)).body.comparisons;
    const [other] = (await compare(before, twice)).body.comparisons;
    expect(one).toMatchObject({ test: "mcnemar_midp", n: 150, verdict: "worse" });
    const { test, n, p_value, p_exact, n_needed } = one!;
    expect(other).toMatchObject({ test, n, p_value, p_exact, n_needed, verdict: "better" });
  });

  test("over a dataset and over one of its groups pair within the group", async () => {
    const group = await runBenchmark(server, {
      dataset: "arithmetic?size=150/addition",
      providers: [mock("seed=1")],
    });
    const { body } = await compare(group, before);
    expect(body.pairs).toMatchObject([{ paired: 50, unpaired_a: 0, unpaired_b: 100 }]);
  });
});

describe("a comparison is refused for", () => {
  test("an unknown benchmark", async () => {
    const unknown = { ...before, benchmark_id: "01890000-0000-7000-8000-000000000000" };
    expect((await refused(unknown, before)).status).toBe(404);
    expect((await refused(before, unknown)).status).toBe(404);
  });

  test("an unknown run, with the nearest known one", async () => {
    expect(await refused(after, before, "?run=nev&other_run=model")).toMatchObject({
      status: 400,
      details: { field: "run", accepted: ["model", "new"], suggestion: "new" },
    });
    expect(await refused(after, before, "?run=new")).toMatchObject({
      status: 400,
      details: { field: "other_run", accepted: ["model"] },
    });
  });

  test("runs without a common label, unless they are named", async () => {
    const other = await runBenchmark(server, { dataset: SUMS, providers: [mock("seed=4", "third")] });
    expect(await refused(other, before)).toMatchObject({
      status: 400,
      details: { field: "run", accepted: { run: ["third"], other_run: ["model"] } },
    });
    expect((await compare(other, before, "?run=third&other_run=model")).status).toBe(200);
  });

  test("no sample in common", async () => {
    const dataset = await uploadDataset(server, "other", [{ input: "What is 2 + 2?", expected: "4" }]);
    const other = await runBenchmark(server, { dataset, providers: [mock("seed=1")] });
    const { status, message, details } = await refused(other, before);
    expect(status).toBe(409);
    expect(message).toStartWith("The two benchmarks have no sample in common");
    expect(details.datasets).toMatchObject([{ name: "other" }, { name: SUMS }]);
  });

  test("no common metric", async () => {
    const other = await runBenchmark(server, {
      dataset: SUMS,
      metrics: ["cost"],
      providers: [mock("seed=1")],
    });
    expect(await refused(other, before)).toMatchObject({
      status: 409,
      details: { metrics: [["cost"], ["accuracy"]] },
    });
  });

  test("a metric by two judges", async () => {
    const judgedBy = (model: string) =>
      runBenchmark(server, {
        dataset: "arithmetic?size=5",
        metrics: ["coherence"],
        providers: [mock("seed=1")],
        judge: { provider: "mock", model },
      });
    const [one, other] = [await judgedBy("mock"), await judgedBy("mock?seed=2")];
    expect(await refused(one, other)).toMatchObject({
      status: 409,
      message: "The two benchmarks share no metric.",
    });
    expect((await compare(one, await judgedBy("mock"))).status).toBe(200);
  });

  test("a benchmark that still runs", async () => {
    const { benchmark_id } = await startBenchmark(server, {
      dataset: SUMS,
      providers: [mock("latency_ms=2000")],
    });
    const running = await benchmarkThat(server, benchmark_id, ({ status }) => status === "running");
    expect(await refused(running, before)).toMatchObject({ status: 409, details: { status: "running" } });
    expect(await refused(before, running)).toMatchObject({ status: 409 });
    await server.request("POST", `/v1/benchmarks/${benchmark_id}/cancel`, { token: server.token });
  });

  test("an unknown query parameter", async () => {
    expect(await refused(after, before, "?runs=new")).toMatchObject({ status: 400 });
    expect(await refused(after, before, "?run=new&run=model")).toMatchObject({ status: 400 });
  });
});
