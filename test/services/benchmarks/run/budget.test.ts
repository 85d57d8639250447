import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createRandom } from "../../../../src/base/random.ts";
import type { Benchmark } from "../../../../src/domain/benchmarks/benchmark.ts";
import { createPrices } from "../../../../src/providers/prices/index.ts";
import {
  finishedBenchmark,
  getBenchmark,
  type Refusal,
  requestBenchmark,
  runBenchmark,
  startBenchmark,
  trialsOf,
  uploadDataset,
} from "../../../support/benchmarks.ts";
import { startServer, type TestServer } from "../../../support/server/index.ts";
import { createUpstream, type Fault, type Upstream } from "../../../support/upstream/index.ts";
import { textOf } from "../../../support/upstream/wire.ts";

const MODEL = "gpt-4o-mini";
const MAX_TOKENS = 60;
const SAMPLES = 12;
const prices = createPrices();
const random = createRandom("what the upstream bills");

let upstream: Upstream;
let server: TestServer;
/** US dollars that the upstream has billed, by the system prompt of the call. */
const billed = new Map<string, number>();
let fault: (call: number) => Fault | undefined = () => undefined;

beforeAll(async () => {
  upstream = createUpstream({
    answer: async ({ messages }) => {
      const texts = messages.map(({ content }) => textOf(content ?? ""));
      const words = 1 + Math.floor(random() * MAX_TOKENS);
      const prompt_tokens = texts.reduce((sum, text) => sum + (text.match(/\S+/g) ?? []).length, 0);
      const usage = { prompt_tokens, completion_tokens: words, total_tokens: prompt_tokens + words };
      const [purse = ""] = texts;
      billed.set(purse, (billed.get(purse) ?? 0) + (prices.cost("openai", MODEL, usage) ?? 0));
      await Bun.sleep(random() * 4);
      return Array(words).fill("word").join(" ");
    },
    fault: (call) => fault(call),
  });
  server = await startServer({
    openai_api_key: "sk-test",
    openai_base_url: `${upstream.url}/v1`,
    openai_concurrency: 16,
  });
  await uploadDataset(
    server,
    "questions",
    Array.from({ length: SAMPLES }, (_, index) => ({ input: `Question ${index}?`, expected: "word" })),
  );
});
afterAll(async () => {
  await server.stop();
  await upstream.stop();
});

const budgeted = (purse: string, budget_usd: number, more: Record<string, unknown> = {}) => ({
  providers: [
    { provider: "openai", model: MODEL },
    { provider: "openai", model: MODEL, label: "again", params: { temperature: 1 } },
  ],
  dataset: "questions",
  params: { system: purse, max_tokens: MAX_TOKENS },
  budget_usd,
  ...more,
});

const resume = (id: string, body?: object) =>
  server.request<Benchmark & Refusal>("POST", `/v1/benchmarks/${id}/resume`, {
    token: server.token,
    ...(body ? { body } : {}),
  });

/** The most that one of the calls can cost, as the server states it. */
async function leastBudget(): Promise<number> {
  const { status, body } = await requestBenchmark<Refusal>(server, budgeted("least", 0));
  expect({ status, field: body.error.details.field }).toEqual({ status: 400, field: "budget_usd" });
  return (body.error.details.accepted as { minimum: number }).minimum;
}

describe("before anything is paid", () => {
  test("a budget below one call is refused, naming the least budget", async () => {
    const least = await leastBudget();
    expect(least).toBeGreaterThan(0);
    const calls = upstream.calls;
    expect((await requestBenchmark(server, budgeted("less", least - 1e-6))).status).toBe(400);
    expect(upstream.calls).toBe(calls);
    expect((await requestBenchmark(server, budgeted("just", least))).status).toBe(201);
  });

  test("a run whose calls have no known worst cost can't be kept within a budget", async () => {
    const asked = (model: string, params: object) =>
      requestBenchmark<Refusal>(server, {
        providers: [{ provider: "openai", model, label: "the unknown" }],
        dataset: "questions",
        budget_usd: 1,
        params,
      });
    const { status, body } = await asked("nobody-knows-this", { max_tokens: 5 });
    expect(status).toBe(400);
    expect(body.error.details).toMatchObject({ field: "budget_usd", run: "the unknown" });
    expect(body.error.message).toContain("PRICES_FILE");
  });

  test("embedded models cost nothing, and need no money", async () => {
    const { status, spent_usd, budget_usd } = await runBenchmark(server, { budget_usd: 0 });
    expect({ status, spent_usd, budget_usd }).toEqual({ status: "completed", spent_usd: 0, budget_usd: 0 });
  });
});

test("the stored spending is what the upstream bills", async () => {
  const { benchmark_id, status, spent_usd } = await runBenchmark(server, budgeted("plenty", 1));
  expect(status).toBe("completed");
  expect(spent_usd).toBeCloseTo(billed.get("plenty") ?? 0, 12);
  const trials = await trialsOf(server, benchmark_id);
  expect(trials.reduce((sum, { cost_usd }) => sum + (cost_usd ?? 0), 0)).toBeCloseTo(spent_usd ?? 0, 12);
});

test("200 benchmarks with calls at once, random bills and failures: none costs more than its ceiling", async () => {
  const least = await leastBudget();
  fault = (call) => {
    if (call % 17 === 0) return "cut";
    return call % 11 === 0 ? { status: 500, headers: { "retry-after-ms": "1" } } : undefined;
  };
  const purses = Array.from({ length: 200 }, (_, index) => ({
    name: `purse ${index}`,
    budget_usd: least * (1.2 + 4 * random()),
  }));
  const started = await Promise.all(
    purses.map(({ name, budget_usd }) => startBenchmark(server, budgeted(name, budget_usd))),
  );
  const statuses = new Set<string>();
  for (const [index, { benchmark_id }] of started.entries()) {
    const { status, spent_usd, results, trials, error } = await finishedBenchmark(server, benchmark_id);
    const { name, budget_usd } = purses[index] as (typeof purses)[number];
    statuses.add(status);
    const bill = billed.get(name) ?? 0;
    expect(bill).toBeLessThanOrEqual(budget_usd);
    expect(spent_usd ?? 0).toBeLessThanOrEqual(budget_usd);
    // Failures may or may not have been billed, so they count at their worst case.
    expect(spent_usd ?? 0).toBeGreaterThanOrEqual(bill - 1e-12);
    expect(results?.runs.reduce((sum, run) => sum + run.trials, 0)).toBe(trials);
    if (status === "over_budget") expect(error).toContain("is used up");
  }
  fault = () => undefined;
  expect(statuses).toContain("over_budget");
}, 60_000);

describe("over budget", () => {
  test("all trials are kept and summed up; a resume with a larger budget pays nothing twice", async () => {
    const least = await leastBudget();
    const ended = await runBenchmark(server, budgeted("resumed", least * 2));
    expect(ended).toMatchObject({ status: "over_budget", progress: 1, budget_usd: least * 2 });
    expect(ended.finished_at).not.toBeNull();
    const [run] = ended.results?.runs ?? [];
    const outcomes = Object.values(run?.outcomes ?? {}).reduce((sum, count) => sum + count, 0);
    expect({ trials: run?.trials, outcomes }).toEqual({ trials: SAMPLES, outcomes: SAMPLES });
    expect(run?.outcomes.skipped).toBeGreaterThan(0);
    expect(run?.stopped).toContain("is used up");
    const before = await trialsOf(server, ended.benchmark_id);

    const refused = await resume(ended.benchmark_id);
    expect({ status: refused.status, field: refused.body.error.details.field }).toEqual({
      status: 400,
      field: "budget_usd",
    });
    const calls = upstream.calls;
    const { status, body } = await resume(ended.benchmark_id, { budget_usd: 1 });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { status: "pending", results: null, budget_usd: 1 },
    });
    const completed = await finishedBenchmark(server, ended.benchmark_id);
    expect(completed).toMatchObject({ status: "completed", error: null });
    expect(completed.results?.runs).toMatchObject([
      { trials: SAMPLES, stopped: null },
      { trials: SAMPLES, stopped: null },
    ]);
    expect(upstream.calls - calls).toBe(2 * SAMPLES - before.length);
    expect(completed.spent_usd).toBeCloseTo(billed.get("resumed") ?? 0, 12);
    const after = await trialsOf(server, ended.benchmark_id);
    for (const trial of before) expect(after).toContainEqual(trial);

    expect((await resume(ended.benchmark_id, { budget_usd: 2 })).status).toBe(409);
  });

  test("if the budget runs out between two calls of a trial, the result of the first is kept", async () => {
    const least = await leastBudget();
    fault = () => ({ status: 500, headers: { "retry-after-ms": "1" } });
    const { benchmark_id, status, spent_usd, results } = await runBenchmark(
      server,
      budgeted("once", least * 1.5),
    );
    fault = () => undefined;
    // The first attempt may have been billed; the budget does not suffice for the second.
    expect(status).toBe("over_budget");
    expect(spent_usd ?? 0).toBeGreaterThan(0.9 * least);
    const trials = await trialsOf(server, benchmark_id);
    expect(trials).toHaveLength(1);
    expect(trials[0]).toMatchObject({
      outcome: "provider_error",
      error: expect.stringMatching(/^over_budget: The budget of /),
    });
    expect(results?.runs.reduce((sum, { outcomes }) => sum + outcomes.skipped, 0)).toBe(2 * SAMPLES - 1);
  });

  test("runs that cost nothing go on to their end", async () => {
    const least = await leastBudget();
    const { status, results } = await runBenchmark(server, {
      ...budgeted("mixed", least),
      providers: [
        { provider: "openai", model: MODEL },
        { provider: "mock", model: "mock?latency_ms=30" },
      ],
      iterations: 300,
    });
    expect(status).toBe("over_budget");
    expect(results?.runs[1]).toMatchObject({ trials: 300, stopped: null, outcomes: { skipped: 0 } });
  });
});

test("without a budget nothing is counted, and none can be set later", async () => {
  const { benchmark_id } = await startBenchmark(server, {
    providers: [{ provider: "mock", model: "mock?latency_ms=60000" }],
  });
  await server.request("POST", `/v1/benchmarks/${benchmark_id}/cancel`, { token: server.token });
  expect(await getBenchmark(server, benchmark_id)).toMatchObject({ budget_usd: null, spent_usd: null });
  expect((await resume(benchmark_id, { budget_usd: 1 })).status).toBe(400);
  expect((await resume(benchmark_id)).status).toBe(200);
  expect((await resume(benchmark_id)).status).toBe(409);
  await server.request("POST", `/v1/benchmarks/${benchmark_id}/cancel`, { token: server.token });
});
