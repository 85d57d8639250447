import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Benchmark } from "../../../../src/domain/benchmarks/benchmark.ts";
import type { Plan, Range } from "../../../../src/domain/benchmarks/plan.ts";
import type { Receipt } from "../../../../src/domain/benchmarks/receipt.ts";
import type { ModelList } from "../../../../src/domain/model.ts";
import { type Refusal, runBenchmark, trialsOf, uploadDataset } from "../../../support/benchmarks.ts";
import { startServer, type TestServer } from "../../../support/server/index.ts";
import { powerOf } from "../../../support/simulations/right-or-wrong.ts";
import { tempDirs } from "../../../support/temp-dir.ts";
import { createUpstream, type Upstream } from "../../../support/upstream/index.ts";

const newDir = tempDirs();
let upstream: Upstream;
let server: TestServer;

beforeAll(async () => {
  const prices_file = join(newDir(), "prices.json");
  const prices = { mock: { mock: { input: 3, output: 15 } } };
  writeFileSync(prices_file, JSON.stringify({ source: "our contract", as_of: "2026-01-31", prices }));
  upstream = createUpstream({
    answer: ({ messages }) => `ANSWER: ${"A ".repeat(1 + (JSON.stringify(messages).length % 7))}`,
  });
  server = await startServer({
    prices_file,
    openai_api_key: "sk-test",
    openai_base_url: `${upstream.url}/v1`,
    openai_concurrency: 8,
  });
});
afterAll(async () => {
  await server.stop();
  await upstream.stop();
});

const request = (more: Record<string, unknown>) => ({
  name: "planned",
  providers: [{ provider: "mock", model: "mock?latency_ms=40" }],
  dataset: "arithmetic?size=300",
  metrics: ["accuracy", "cost", "latency"],
  ...more,
});

async function planFor(more: Record<string, unknown>): Promise<Plan> {
  const { status, body } = await server.request<Plan & Refusal>("POST", "/v1/benchmarks/plan", {
    token: server.token,
    body: request(more),
  });
  if (status !== 200) throw new Error(`Planning answered ${status}: ${body.error.message}`);
  return body;
}

const costIn = ({ results }: Benchmark): number =>
  results?.runs.reduce((sum, { metrics }) => sum + (metrics.cost?.total ?? 0), 0) ?? Number.NaN;

const OPENAI = { provider: "openai", model: "gpt-4o-mini" };
const AGAIN = { ...OPENAI, label: "again", params: { temperature: 1 } };

describe("an embedded model with a price", () => {
  const runs = [
    { provider: "mock", model: "mock?latency_ms=40" },
    { provider: "mock", model: "mock?ttft_ms=5&tokens_per_second=2000&error_rate=0.3&error=400&seed=4" },
  ];
  test("costs what was planned, and the plan calls and stores nothing", async () => {
    const count = async () =>
      (await server.request<{ total: number }>("GET", "/v1/benchmarks", { token: server.token })).body.total;
    const before = await count();
    const plan = await planFor({ providers: runs });
    expect(await count()).toBe(before);
    expect(plan).toMatchObject({ dataset: "arithmetic?size=300", trials: 600, warnings: [] });
    const { low, expected, high } = plan.totals.cost_usd ?? { low: Number.NaN, expected: null, high: null };
    const cost = costIn(await runBenchmark(server, request({ providers: runs })));
    expect(cost).toBeGreaterThanOrEqual(low - 1e-9);
    expect(cost).toBeLessThanOrEqual((high ?? 0) + 1e-9);
    expect(expected).toBeGreaterThan(low);
    expect(high ?? 0).toBeLessThan(1.3 * low);
  });

  test("has it from the operator's prices; one without is free, in plans, receipts and the list of models", async () => {
    const providers = [
      { provider: "baseline", model: "first" },
      { provider: "mock", model: "mock" },
    ];
    const { runs: planned } = await planFor({ providers, dataset: "starter" });
    expect(planned.map(({ basis }) => basis.cost_usd)).toEqual([
      "free: the model is part of this server",
      expect.stringContaining("prices of our contract, 2026-01-31"),
    ]);
    const { benchmark_id } = await runBenchmark(server, request({ providers, dataset: "starter" }));
    const get = async <Body>(path: string) =>
      (await server.request<Body>("GET", path, { token: server.token })).body;
    const { runs } = await get<Receipt>(`/v1/benchmarks/${benchmark_id}/receipt`);
    const free = { price: { input: 0, output: 0 }, source: null, as_of: null };
    const paid = { price: { input: 3, output: 15 }, source: "our contract", as_of: "2026-01-31" };
    expect(runs.map(({ price }) => price)).toEqual([free, paid]);
    const { data } = await get<ModelList>("/v1/models");
    const listed = (id: string) => {
      const { price, price_source: source, price_as_of: as_of } = data.find((model) => model.id === id)!;
      return { price, source, as_of };
    };
    expect([listed("baseline/first"), listed("mock/mock")]).toEqual([free, paid]);
  });

  test("its duration is that of its own settings, in waves", async () => {
    const plan = await planFor({ providers: [{ provider: "mock", model: "mock?latency_ms=1000" }] });
    // 300 calls, 256 of them at once.
    expect(plan.runs[0]?.duration_ms?.expected).toBeGreaterThan(2_000);
    expect(plan.runs[0]?.duration_ms?.expected).toBeLessThan(2_200);
    expect(plan.totals.duration_ms).toEqual(plan.runs[0]?.duration_ms as Range);
  });

  test("without a limit on the answer no least budget is known", async () => {
    const { least_budget_usd, totals } = await planFor({});
    expect(least_budget_usd).toBeNull();
    expect(totals.reasons.least_budget_usd).toContain("set max_tokens");
    expect((await planFor({ params: { max_tokens: 20 } })).least_budget_usd).toBeGreaterThan(0);
  });
});

describe("a remote model", () => {
  test("without past trials: a range up to max_tokens, and no duration, with the reasons", async () => {
    const calls = upstream.calls;
    const { runs, totals } = await planFor({
      providers: [{ ...OPENAI, params: { max_tokens: 50 } }],
      dataset: "arithmetic?size=301",
    });
    expect(runs[0]).toMatchObject({
      run: "openai/gpt-4o-mini",
      trials: 301,
      duration_ms: null,
      completion_tokens: { low: 301, expected: null, high: 50 * 301 },
      cost_usd: { expected: null },
      basis: { prompt_tokens: "OpenAI's o200k tokenizer over 200 of 301 prompts" },
      reasons: {
        completion_tokens: expect.stringContaining("no past trial of this model"),
        cost_usd: expect.stringContaining("no past trial of this model"),
        duration_ms: expect.stringContaining("no past trial of this model"),
      },
    });
    const [{ cost_usd, prompt_tokens } = { cost_usd: null, prompt_tokens: null }] = runs;
    expect(prompt_tokens?.low).toBeGreaterThan(301 * 5);
    expect(cost_usd?.high).toBeGreaterThan(cost_usd?.low ?? Number.NaN);
    expect(totals.duration_ms).toBeNull();
    expect(totals.reasons.duration_ms).toContain("openai/gpt-4o-mini");
    expect(upstream.calls).toBe(calls);
  });

  test("past trials predict the trials to come", async () => {
    await runBenchmark(
      server,
      request({ providers: [OPENAI], dataset: "arithmetic?size=302", iterations: 120 }),
    );
    const plan = await planFor({ providers: [OPENAI], dataset: "arithmetic?size=302" });
    expect(plan.runs[0]?.basis.cost_usd).toStartWith(
      "120 past trials of the model over the dataset, with the same parameters; prices of",
    );
    expect(plan.runs[0]?.duration_ms?.expected).toBeGreaterThan(0);
    const ran = await runBenchmark(server, request({ providers: [OPENAI], dataset: "arithmetic?size=302" }));
    const { low = 0, high } = plan.totals.cost_usd ?? {};
    expect(costIn(ran)).toBeGreaterThanOrEqual(low);
    expect(costIn(ran)).toBeLessThanOrEqual(high ?? 0);

    // With other parameters the answers still count as evidence, but the prompts don't.
    const { runs } = await planFor({
      providers: [AGAIN],
      dataset: "arithmetic?size=302",
      params: { system: "Be brief." },
    });
    expect(runs[0]?.basis).toMatchObject({
      prompt_tokens: "OpenAI's o200k tokenizer over 200 of 302 prompts",
      completion_tokens: expect.stringContaining("but with other parameters"),
    });
    expect(runs[0]?.cost_usd?.expected).toBeGreaterThan(0);
  });

  test("whose price or key is missing", async () => {
    const { runs, totals, warnings, least_budget_usd } = await planFor({
      providers: [{ provider: "anthropic", model: "nobody-knows-this" }],
    });
    expect(runs[0]?.cost_usd).toBeNull();
    expect(runs[0]?.reasons.cost_usd).toBe("the price of 'anthropic/nobody-knows-this' is not known");
    expect({ cost: totals.cost_usd, least_budget_usd }).toEqual({ cost: null, least_budget_usd: null });
    expect(warnings).toEqual([expect.stringContaining("ANTHROPIC_API_KEY")]);
  });
});

describe("the difference that can be detected", () => {
  const two = [
    { provider: "mock", model: "mock?accuracy=0.9&seed=1" },
    { provider: "mock", model: "mock?accuracy=0.9&seed=2" },
  ];

  test("without past trials it rests on a named assumption", async () => {
    const { detectable, recommendation } = await planFor({
      providers: two,
      dataset: "arithmetic?size=1500",
      iterations: 300,
      detect: 0.05,
    });
    expect(detectable).toMatchObject({
      metric: "accuracy",
      samples: 300,
      power: 0.8,
      alpha: 0.05,
      reason: null,
    });
    expect(detectable.basis).toContain("assumed");
    expect(detectable.basis).toContain("TIGER-AI-Lab/MMLU-Pro");
    // (z.975 + z.8)² · .29 / 300, square root: Miller's formula with ψ = .29, near to Connor's.
    expect(detectable.difference).toBeCloseTo(Math.sqrt((7.849 * 0.29) / 300), 2);
    expect(detectable).toMatchObject({
      discordant: 0.29,
      low: { discordant: 0.23 },
      high: { discordant: 0.41 },
    });
    expect(detectable.low!.difference!).toBeLessThan(detectable.difference!);
    expect(detectable.high!.difference!).toBeGreaterThan(detectable.difference!);
    // Connor 1987: (1.95996 √ψ + .84162 √(ψ − .0025))² / .0025.
    const needed = (share: number) =>
      Math.ceil((1.959964 * Math.sqrt(share) + 0.841621 * Math.sqrt(share - 0.0025)) ** 2 / 0.0025);
    expect(recommendation).toEqual({
      detect: 0.05,
      iterations: needed(0.29),
      samples: needed(0.29),
      low: { discordant: 0.23, samples: needed(0.23) },
      high: { discordant: 0.41, samples: needed(0.41) },
      reason: null,
    });
  });

  test("its recommendation finds the difference at 28 % discordant answers with a power of .78 to .85", async () => {
    const { recommendation } = await planFor({
      providers: two,
      dataset: "arithmetic?size=1500",
      detect: 0.05,
    });
    const samples = recommendation!.iterations!;
    const power = await powerOf({ samples, discordant: 0.28, difference: 0.05, benchmarks: 2_000 });
    expect(power).toBeGreaterThanOrEqual(0.78);
    expect(power).toBeLessThanOrEqual(0.85);
  });

  test("with clusters by group it is unknown: the similarity within groups shows only afterwards", async () => {
    const { detectable, recommendation } = await planFor({
      providers: two,
      cluster_by: "group",
      detect: 0.1,
    });
    expect(detectable).toMatchObject({ difference: null, reason: expect.stringContaining("by group") });
    expect(recommendation).toMatchObject({ iterations: null, reason: expect.stringContaining("by group") });
  });

  test("with pass@k it is unknown, too", async () => {
    const design = { providers: two, dataset: "arithmetic?size=350", iterations: 700 };
    const { detectable } = await planFor({ ...design, reduce: "pass@2" });
    expect(detectable).toMatchObject({ difference: null, reason: expect.stringContaining("pass@2") });
    const { detectable: ofMajority } = await planFor({ ...design, reduce: "majority" });
    expect(ofMajority.difference).toBeGreaterThan(0);
  });

  test("past trials of both runs take the place of the assumption", async () => {
    await runBenchmark(server, request({ providers: two, dataset: "arithmetic?size=1501" }));
    const { detectable } = await planFor({ providers: two, dataset: "arithmetic?size=1501" });
    expect(detectable.basis).toBe("past trials of two of the runs over 1501 samples");
    // Two independent models, each right 90 % of the time: the expected share is .18.
    expect(detectable.discordant).toBeGreaterThan(0.14);
    expect(detectable.discordant).toBeLessThan(0.22);
    const { low, high, discordant } = detectable;
    expect(low!.discordant).toBeLessThan(discordant!);
    expect(high!.discordant).toBeGreaterThan(discordant!);
  });

  test("past trials of other models come next: their median, without null models", async () => {
    const dataset = "arithmetic?size=400";
    const others = [0.9, 0.85, 0.8].map((accuracy) => ({
      provider: "mock",
      model: `mock?accuracy=${accuracy}&seed=7`,
    }));
    const providers = [...others, { provider: "baseline", model: "echo" }];
    const { benchmark_id } = await runBenchmark(server, request({ providers, dataset }));
    const { detectable } = await planFor({ providers: two, dataset });
    expect(detectable.basis).toBe("past trials of 3 pairs of other models over 400 samples of the dataset");
    const trials = await trialsOf(server, benchmark_id);
    const rightOf = ({ model }: { model: string }) =>
      new Map(
        trials
          .filter(({ run }) => run === `mock/${model}`)
          .map(({ sample_id, scores }) => [sample_id, scores.accuracy]),
      );
    const [first, second, third] = others.map(rightOf);
    const share = (a = first!, b = second!) =>
      ([...a].filter(([id, score]) => b.get(id) !== score).length + 1) / 402;
    const shares = [share(first, second), share(first, third), share(second, third)].sort();
    expect(detectable.discordant).toBeCloseTo(shares[1]!, 12);
  });

  test("more pairs make the level stricter; neither repeats nor a too small dataset help", async () => {
    const three = [...two, { provider: "mock", model: "mock?seed=3" }];
    const { detectable, recommendation } = await planFor({ providers: three, iterations: 900, detect: 0.01 });
    expect(detectable).toMatchObject({ samples: 300, alpha: 0.05 / 3 });
    expect(recommendation).toMatchObject({
      iterations: null,
      reason: expect.stringContaining("the dataset has 300"),
    });
  });

  test("one run, or no share of right answers, compare nothing", async () => {
    expect((await planFor({ detect: 0.1 })).recommendation).toMatchObject({ iterations: null });
    expect((await planFor({})).detectable).toMatchObject({
      difference: null,
      reason: "a comparison needs two runs",
    });
    const { detectable } = await planFor({ providers: two, metrics: ["latency"] });
    expect(detectable).toMatchObject({ metric: null, difference: null, reason: expect.any(String) });
    // Scores on a scale are compared by another test than right and wrong.
    const graded = await planFor({ providers: two, metrics: ["f1"] });
    expect(graded.detectable).toMatchObject({ metric: null, difference: null });
    const both = await planFor({ providers: two, metrics: ["f1", "refusal", "exact_match"] });
    expect(both.detectable).toMatchObject({ metric: "exact_match" });
  });
});

describe("a plan is refused for what refuses the benchmark", () => {
  test.each([
    [{ dataset: "nobody" }, "dataset"],
    [{ metrics: ["acuracy"] }, "metrics.0"],
    [{ detect: 0 }, "detect"],
    [{ iterations: 0 }, "iterations"],
    [{ providers: [OPENAI, OPENAI] }, "providers.1"],
    [{ params: { prompt_template: "{{inptu}}" } }, "params.prompt_template"],
    [{ budget_usd: 0.000_001, providers: [OPENAI] }, "budget_usd"],
  ])("%j", async (more, field) => {
    const { status, body } = await server.request<Refusal>("POST", "/v1/benchmarks/plan", {
      token: server.token,
      body: request(more),
    });
    expect({ status, field: body.error.details.field }).toEqual({ status: 400, field });
  });

  test("groups have their own prompts", async () => {
    const samples = [{ input: "a" }, { input: "b ".repeat(500) }].map((sample, index) => ({
      ...sample,
      expected: "x",
      group: `g${index}`,
    }));
    await uploadDataset(server, "grouped", samples);
    const tokensOf = async (dataset: string) =>
      (await planFor({ dataset, providers: [OPENAI] })).runs[0]?.prompt_tokens?.expected ?? 0;
    expect(await tokensOf("grouped/g0")).toBeLessThan(20);
    expect(await tokensOf("grouped/g1")).toBeGreaterThan(400);
  });
});
