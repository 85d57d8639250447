import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Benchmark } from "../../../../src/domain/benchmarks/benchmark.ts";
import type { Plan } from "../../../../src/domain/benchmarks/plan.ts";
import { type Refusal, requestBenchmark } from "../../../support/benchmarks.ts";
import { startServer, type TestServer } from "../../../support/server/index.ts";
import { tempDirs } from "../../../support/temp-dir.ts";
import { createUpstream, type Upstream } from "../../../support/upstream/index.ts";

const newDir = tempDirs();
let upstream: Upstream;
let server: TestServer;

beforeAll(async () => {
  const prices_file = join(newDir(), "prices.json");
  const prices = { mock: { mock: { input: 3, output: 15 } }, openai: { free: { input: 0, output: 0 } } };
  writeFileSync(prices_file, JSON.stringify({ source: "our contract", as_of: "2026-01-31", prices }));
  upstream = createUpstream({ answer: () => "ANSWER: 4" });
  server = await startServer({
    prices_file,
    openai_api_key: "sk-test",
    openai_base_url: `${upstream.url}/v1`,
  });
});
afterAll(async () => {
  await server.stop();
  await upstream.stop();
});

const openai = (model = "gpt-4o-mini", label = model) => ({ provider: "openai", model, label });
const MOCK = { provider: "mock", model: "mock" };
const LARGE = "arithmetic?size=5001";

const create = (more: object) =>
  requestBenchmark<Benchmark & Refusal>(server, { dataset: LARGE, providers: [openai()], ...more });

/** Expects the benchmark to start, and ends it before it calls much. */
async function expectStarted(more: object): Promise<void> {
  const { status, body } = await create(more);
  expect(status).toBe(201);
  const path = `/v1/benchmarks/${body.benchmark_id}/cancel`;
  await server.request("POST", path, { token: server.token });
}

async function refused(more: object) {
  const { status, body } = await create(more);
  expect(status).toBe(400);
  expect(body.error.details.field).toBe("iterations");
  return body.error;
}

const plan = async (more: object) =>
  (
    await server.request<Plan>("POST", "/v1/benchmarks/plan", {
      token: server.token,
      body: { name: "p", dataset: LARGE, providers: [openai()], metrics: ["accuracy"], ...more },
    })
  ).body;

describe("more than 5,000 paid calls without iterations and budget_usd", () => {
  test("are refused with the plan's cost and the two fields to set, before a call is made", async () => {
    const { message, details } = await refused({});
    const { totals } = await plan({});
    expect(details).toMatchObject({
      paid_calls: 5_001,
      accepted: { maximum: 5_000 },
      set_one_of: ["iterations", "budget_usd"],
      override: { confirm: true },
    });
    expect(details.cost_usd).toEqual(totals.cost_usd);
    expect(totals.cost_usd?.low).toBeGreaterThan(0);
    expect(message).toStartWith("iterations: 5001 trials in each of 1 runs make at least 5001 paid calls. ");
    expect(message).toContain("The calls of the models cost: $0.");
    expect(message).toEndWith(
      `Set 'iterations' (trials per run) or 'budget_usd' (a hard limit), or confirm the bill with "confirm": true`,
    );
    expect(upstream.calls).toBe(0);
  });

  test("are those of all runs together", async () => {
    const providers = [openai("gpt-4o-mini", "one"), openai("gpt-4o-mini", "two")];
    const { details } = await refused({ dataset: "arithmetic?size=2501", providers });
    expect(details.paid_calls).toBe(5_002);
    await expectStarted({ dataset: "arithmetic?size=2500", providers });
  });

  test("of a model whose price is not known are refused, with that reason", async () => {
    const { message, details } = await refused({ providers: [openai("a-model-of-ours")] });
    expect(details.cost_usd).toBeNull();
    expect(message).toContain(
      "cost: unknown (a-model-of-ours: the price of 'openai/a-model-of-ours' is not known)",
    );
  });

  test("are also those of a judge, one per judged metric", async () => {
    const judged = {
      providers: [MOCK],
      dataset: "arithmetic?size=2501",
      metrics: ["coherence", "relevance"],
    };
    const judge = { provider: "openai", model: "gpt-4o-mini" };
    const { message, details } = await refused({ ...judged, judge });
    expect(details.paid_calls).toBe(5_002);
    expect(message).toContain("The cost of the 5002 calls of judges and embedding models is not known. Set ");
    await expectStarted({ ...judged, judge: { provider: "mock", model: "mock" } });
  });

  test("are planned nevertheless, with a warning", async () => {
    const { warnings } = await plan({});
    expect(warnings).toEqual([expect.stringContaining("make at least 5001 paid calls")]);
    expect((await plan({ confirm: true })).warnings).toEqual([]);
    expect((await plan({ iterations: 5_001 })).warnings).toEqual([]);
  });
});

describe("a benchmark starts", () => {
  test.each<[string, object]>([
    ["with iterations", { iterations: 5_001 }],
    ["with a budget", { budget_usd: 1 }],
    ["if it is confirmed", { confirm: true }],
    ["with 5,000 calls", { dataset: "arithmetic?size=5000" }],
    ["of an embedded model, also if it has a price", { providers: [MOCK] }],
    ["of a model that is known to be free", { providers: [openai("free")] }],
  ])("%s", async (_how, more) => {
    await expectStarted(more);
  });

  test("not by a confirmation that is false", async () => {
    await refused({ confirm: false });
  });
});
