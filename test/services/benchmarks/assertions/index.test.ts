import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Benchmark } from "../../../../src/domain/benchmarks/benchmark.ts";
import type { Assertion } from "../../../../src/domain/benchmarks/comparison.ts";
import {
  benchmarkThat,
  type Refusal,
  requestBenchmark,
  runBenchmark,
  startBenchmark,
  uploadDataset,
} from "../../../support/benchmarks.ts";
import { startServer, type TestServer } from "../../../support/server/index.ts";

const SUMS = "arithmetic?size=150";
const GOOD = { provider: "mock", model: "mock?accuracy=0.95&seed=1", label: "good" };
const FAIR = { provider: "mock", model: "mock?accuracy=0.93&seed=2", label: "fair" };
const POOR = { provider: "mock", model: "mock?accuracy=0.6&seed=3", label: "poor" };
const PROVIDERS = [GOOD, FAIR, POOR];

let server: TestServer;
let baseline: Benchmark;
beforeAll(async () => {
  server = await startServer();
  baseline = await runBenchmark(server, { dataset: SUMS, providers: [GOOD] });
});
afterAll(() => server.stop());

const runWith = (assertions: Assertion[], more: Record<string, unknown> = {}) =>
  runBenchmark(server, { dataset: SUMS, providers: PROVIDERS, assertions, ...more });

async function judged(assertion: Partial<Assertion>, more: Record<string, unknown> = {}) {
  const { results } = await runWith([{ metric: "accuracy", ...assertion }], more);
  return { passed: results?.passed, assertions: results?.assertions ?? [] };
}

describe("a bound", () => {
  test("on one run", async () => {
    const { passed, assertions } = await judged({ run: "good", min: 0.8 });
    expect(passed).toBe(true);
    expect(assertions).toMatchObject([{ metric: "accuracy", run: "good", min: 0.8, passed: true }]);
    expect(assertions[0]?.reason).toBe(`${Number(assertions[0]?.value?.toPrecision(4))} is at least 0.8`);
  });

  test("on every run, if none is named: one failure fails the benchmark", async () => {
    const { passed, assertions } = await judged({ min: 0.8 });
    expect(passed).toBe(false);
    expect(assertions.map(({ run, passed }) => [run, passed])).toEqual([
      ["good", true],
      ["fair", true],
      ["poor", false],
    ]);
    expect(assertions[2]?.reason).toEndWith("is below 0.8");
  });

  test("states how many trials it covers, if others have no score", async () => {
    const model = "mock?error_rate=0.5&error=401&seed=3";
    const { results } = await runBenchmark(server, {
      dataset: SUMS,
      providers: [{ provider: "mock", model }],
      assertions: [{ metric: "accuracy", min: 1 }],
    });
    const n = results?.runs[0]?.metrics.accuracy?.n;
    expect(results?.assertions?.[0]?.reason).toBe(
      `1 is at least 1, over the ${n} of 150 trials that have a score`,
    );
  });

  test("from above", async () => {
    const { results } = await runWith(
      [
        { metric: "latency", run: "good", max: 60_000 },
        { metric: "accuracy", run: "good", max: 0.5 },
      ],
      { metrics: ["accuracy", "latency"] },
    );
    expect(results?.assertions?.map(({ passed }) => passed)).toEqual([true, false]);
    expect(results?.passed).toBe(false);
  });
});

describe("not worse than", () => {
  test("another run: by the verdict, over every other run", async () => {
    const { passed, assertions } = await judged({ not_worse_than: "good" });
    expect(passed).toBe(false);
    expect(assertions.map(({ run, passed }) => [run, passed])).toEqual([
      ["fair", true],
      ["poor", false],
    ]);
    expect(assertions[0]?.reason).toStartWith(
      "not shown to be worse than 'good' (inconclusive): difference ",
    );
    expect(assertions[1]?.reason).toStartWith("worse than 'good': difference -0.");
  });

  test("a run that stands after it in the table", async () => {
    const { assertions } = await judged({ run: "good", not_worse_than: "poor" });
    expect(assertions).toMatchObject([{ run: "good", passed: true }]);
    expect(assertions[0]?.reason).toStartWith("not shown to be worse than 'poor' (better): difference 0.");
  });

  test("with a margin, a worse result must be ruled out, not only not shown", async () => {
    const narrow = await judged({ run: "fair", not_worse_than: "good", margin: 0.001 });
    expect(narrow.assertions[0]).toMatchObject({ margin: 0.001, passed: false });
    expect(narrow.assertions[0]?.reason).toStartWith("not shown to be within 0.001 of 'good'");
    const wide = await judged({ run: "fair", not_worse_than: "good", margin: 0.2 });
    expect(wide.assertions[0]).toMatchObject({ passed: true });
    expect(wide.assertions[0]?.reason).toStartWith("worse than 'good' by less than 0.2");
  });

  test("a time: fails with the reason why there is no verdict, with a margin, too", async () => {
    const { results } = await runWith(
      [
        { metric: "latency", run: "fair", not_worse_than: "good" },
        { metric: "latency", run: "fair", not_worse_than: "good", margin: 60_000 },
      ],
      { metrics: ["latency"] },
    );
    expect(results?.passed).toBe(false);
    for (const { passed, reason } of results?.assertions ?? []) {
      expect(passed).toBe(false);
      expect(reason).toStartWith("no verdict is given on 'latency': A figure of time belongs to the load");
    }
    expect(results?.assertions).toHaveLength(2);
  });

  test("a run of another benchmark: the gate of a regression", async () => {
    const not_worse_than = { benchmark_id: baseline.benchmark_id, run: "good" };
    const { assertions, passed } = await judged({ not_worse_than });
    expect(assertions.map(({ run, passed }) => [run, passed])).toEqual([
      ["good", true],
      ["fair", true],
      ["poor", false],
    ]);
    expect(passed).toBe(false);
    expect(assertions[0]?.not_worse_than).toEqual(not_worse_than);
  });

  test("a benchmark that was deleted before the end fails with the reason", async () => {
    const gone = await runBenchmark(server, { dataset: SUMS, providers: [GOOD] });
    const not_worse_than = { benchmark_id: gone.benchmark_id, run: "good" };
    const { benchmark_id } = await startBenchmark(server, {
      dataset: SUMS,
      assertions: [{ metric: "accuracy", not_worse_than }],
      providers: [{ provider: "mock", model: "mock?latency_ms=200" }],
    });
    await server.request("DELETE", `/v1/benchmarks/${gone.benchmark_id}`, { token: server.token });
    const { results } = await benchmarkThat(server, benchmark_id, ({ progress }) => progress === 1);
    expect(results?.assertions).toMatchObject([
      { passed: false, reason: `benchmark ${gone.benchmark_id} was deleted` },
    ]);
  });
});

describe("an assertion fails", () => {
  test("if nothing was scored", async () => {
    const { results, status } = await runBenchmark(server, {
      dataset: SUMS,
      assertions: [{ metric: "accuracy", min: 0 }],
      providers: [{ provider: "mock", model: "mock?error_rate=1&error=401" }],
    });
    expect(status).toBe("failed");
    expect(results).toMatchObject({
      passed: false,
      assertions: [{ passed: false, value: null, reason: "no trial has a score" }],
    });
  });

  test("if the benchmark was cancelled before its end", async () => {
    const { benchmark_id } = await startBenchmark(server, {
      dataset: SUMS,
      assertions: [{ metric: "accuracy", min: 0 }],
      iterations: 5_000,
      providers: [{ provider: "mock", model: "mock?latency_ms=50" }],
    });
    await benchmarkThat(server, benchmark_id, ({ progress }) => progress > 0);
    await server.request("POST", `/v1/benchmarks/${benchmark_id}/cancel`, { token: server.token });
    const { results } = await benchmarkThat(server, benchmark_id, (benchmark) => benchmark.results !== null);
    expect(results?.passed).toBe(false);
    expect(results?.assertions?.[0]?.reason).toMatch(/^only \d+ of 5000 trials took place$/);
  });
});

describe("a run that was stopped before its last trial", () => {
  const DOWN = { provider: "mock", model: "mock?error_rate=0.5&error=401&seed=3", label: "down" };
  const stopping = { dataset: SUMS, providers: [GOOD, DOWN], max_failures: 3, iterations: 2_000 };
  const few = expect.stringMatching(/^only \d+ of 2000 trials took place$/);

  test("passes no assertion, and cannot be a reference", async () => {
    const { results, status } = await runBenchmark(server, {
      ...stopping,
      assertions: [
        { metric: "accuracy", run: "down", min: 0.1 },
        { metric: "accuracy", run: "good", min: 0.1 },
        { metric: "accuracy", run: "good", not_worse_than: "down" },
      ],
    });
    expect(status).toBe("completed");
    expect(results?.runs[1]?.outcomes.scored).toBeGreaterThan(1);
    expect(results).toMatchObject({
      passed: false,
      assertions: [
        { run: "down", passed: false, reason: few },
        { run: "good", passed: true },
        {
          run: "good",
          passed: false,
          reason: expect.stringMatching(/^the run 'down' is incomplete: only \d+ of 2000 trials took place$/),
        },
      ],
    });
  });

  test("cannot be a reference for another benchmark either: refused before a call is made", async () => {
    const { benchmark_id } = await runBenchmark(server, stopping);
    const { status, body } = await requestBenchmark<Refusal>(server, {
      dataset: SUMS,
      providers: [GOOD],
      assertions: [{ metric: "accuracy", not_worse_than: { benchmark_id, run: "down" } }],
    });
    expect(status).toBe(400);
    expect(body.error.message).toMatch(/^assertions\.0\.not_worse_than\.run: .*trials took place$/);
  });
});

test("without assertions there is nothing to pass", async () => {
  expect(baseline.results).not.toHaveProperty("passed");
  expect(baseline.results).not.toHaveProperty("assertions");
});

describe("scores made in another way are refused as a reference:", () => {
  const FEW = "arithmetic?size=5";
  const judge = { provider: "mock", model: "mock" };
  let marked: Benchmark;
  beforeAll(async () => {
    marked = await runBenchmark(server, {
      dataset: FEW,
      providers: [GOOD],
      metrics: ["coherence"],
      judge,
    });
  });

  test.each<[string, object, RegExp]>([
    [
      "by another judge",
      { judge: { ...judge, model: "mock?seed=2" } },
      /another judge .*"mock".*, here .*seed=2/,
    ],
    [
      "by the same judge with other parameters",
      { judge: { ...judge, params: { temperature: 1 } } },
      /another judge/,
    ],
    ["with other parameters", { metrics: [{ name: "coherence", params: { samples: 5 } }] }, /another params/],
    [
      "of another metric with the same label",
      { metrics: [{ name: "cost", label: "coherence" }] },
      /another metric .*'cost'/,
    ],
  ])("%s", async (_what, change, fault) => {
    const not_worse_than = { benchmark_id: marked.benchmark_id, run: "good" };
    const asked = {
      dataset: FEW,
      providers: [FAIR],
      metrics: ["coherence"],
      judge,
      assertions: [{ metric: "coherence", not_worse_than }],
    };
    const { status, body } = await requestBenchmark<Refusal>(server, { ...asked, ...change });
    expect([status, body.error.details.field]).toEqual([400, "assertions.0.not_worse_than"]);
    expect(body.error.message).toMatch(fault);
    expect((await requestBenchmark(server, asked)).status).toBe(201);
  });
});

describe("a bad assertion is refused at once:", () => {
  const run = { benchmark_id: "01890000-0000-7000-8000-000000000000", run: "good" };

  test.each([
    ["an unknown metric", { metric: "acuracy", min: 0 }, "metric", ["accuracy"]],
    ["an unknown run", { run: "god", min: 0 }, "run", ["good", "fair", "poor"]],
    ["no bound", {}, "", ["min", "max", "not_worse_than"]],
    ["two bounds", { min: 0, max: 1 }, "", ["min", "max", "not_worse_than"]],
    [
      "an unknown run to be compared with",
      { not_worse_than: "god" },
      "not_worse_than",
      ["good", "fair", "poor"],
    ],
    ["itself", { run: "good", not_worse_than: "good" }, "not_worse_than", undefined],
    ["a margin without a run", { min: 0.5, margin: 0.1 }, "margin", undefined],
    ["a margin of 0", { not_worse_than: "good", margin: 0 }, "margin", undefined],
    ["an unknown benchmark", { not_worse_than: run }, "not_worse_than.benchmark_id", undefined],
    ["a percentage of a ratio", { min: 80 }, "min", { maximum: 1 }],
    ["less than the least", { max: -0.1 }, "max", { minimum: 0 }],
    [
      "a margin as wide as the scale",
      { run: "good", not_worse_than: "fair", margin: 1 },
      "margin",
      { exclusiveMinimum: 0, exclusiveMaximum: 1 },
    ],
    ["a bound that is not a number", { min: "much" }, "min", undefined],
    ["an unknown field", { minimum: 1 }, "minimum", expect.anything()],
  ] as const)("%s", async (_what, assertion, field, accepted) => {
    const { status, body } = await requestBenchmark<Refusal>(server, {
      dataset: SUMS,
      providers: PROVIDERS,
      assertions: [{ metric: "accuracy", ...assertion }],
    });
    expect({ status, field: body.error.details.field }).toEqual({
      status: 400,
      field: field === "" ? "assertions.0" : `assertions.0.${field}`,
    });
    if (accepted) expect(body.error.details.accepted).toEqual(accepted);
  });

  async function fieldOf(assertion: object, request: object = {}) {
    const assertions = [{ metric: "accuracy", ...assertion }];
    const { status, body } = await requestBenchmark<Refusal>(server, {
      dataset: SUMS,
      providers: PROVIDERS,
      assertions,
      ...request,
    });
    return [status, body.error.details.field];
  }

  test("another benchmark's unknown run, its missing metric, its other samples", async () => {
    const { benchmark_id } = baseline;
    const path = "assertions.0.not_worse_than";
    expect(await fieldOf({ not_worse_than: { benchmark_id, run: "god" } })).toEqual([400, `${path}.run`]);
    const other = { not_worse_than: { benchmark_id, run: "good" } };
    expect(await fieldOf({ ...other, metric: "cost" }, { metrics: ["accuracy", "cost"] })).toEqual([
      400,
      "assertions.0.metric",
    ]);
    const dataset = await uploadDataset(server, "few", [{ input: "What is 2 + 2?", expected: "4" }]);
    expect(await fieldOf(other, { dataset })).toEqual([400, `${path}.benchmark_id`]);
  });

  test("another benchmark with another protocol", async () => {
    await uploadDataset(server, "mmlu", [{ input: "Which?", choices: ["a", "b"], expected: "b" }]);
    const providers = [{ provider: "baseline", model: "first" }];
    const { benchmark_id } = await runBenchmark(server, {
      dataset: "mmlu",
      protocol: "zero_shot",
      providers,
    });
    const not_worse_than = { benchmark_id, run: "baseline/first" };
    const { status, body } = await requestBenchmark<Refusal>(server, {
      dataset: "mmlu",
      protocol: "cot",
      providers,
      assertions: [{ metric: "accuracy", not_worse_than }],
    });
    expect({ status, message: body.error.message }).toEqual({
      status: 400,
      message:
        "assertions.0.not_worse_than.benchmark_id: that benchmark used the protocol 'zero_shot', this one uses 'cot'",
    });
  });

  test("a single run compared with itself", async () => {
    expect(await fieldOf({ not_worse_than: "good" }, { providers: [GOOD] })).toEqual([
      400,
      "assertions.0.not_worse_than",
    ]);
  });
});
