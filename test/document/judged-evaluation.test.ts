import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Evaluation } from "../../src/domain/evaluation.ts";
import { script, statements, verdicts } from "../metrics/judged/wire-judge.ts";
import { startServer, type TestServer } from "../support/server/index.ts";
import { createUpstream, type Upstream } from "../support/upstream/index.ts";

/** The document's "Create Evaluation", as it is printed. */
const EXAMPLE = `{
  "provider": "openai",
  "model": "gpt-4",
  "input": "What is 2+2?",
  "output": "The answer is 4.",
  "expected": "4",
  "metrics": ["faithfulness", "relevance", "coherence"]
}`;
const METRICS = ["faithfulness", "relevance", "coherence"];

async function evaluate(server: TestServer): Promise<Evaluation> {
  const { status, body } = await server.request<Evaluation>("POST", "/v1/evaluations", {
    token: server.token,
    headers: { "content-type": "application/json" },
    body: EXAMPLE,
  });
  expect([status, body]).toEqual([201, body]);
  return body;
}

describe("the document's evaluation", () => {
  let upstream: Upstream;
  let fresh: TestServer;
  let keyed: TestServer;
  let judging: TestServer;
  beforeAll(async () => {
    // Three marks of 5, 5 and 4 for coherence; of two statements one addresses the input.
    const mark = (score: number) => ({ text: JSON.stringify({ reason: "so it is", score }), logprobs: [] });
    upstream = createUpstream({
      answer: script({
        statements: [statements("The sum of 2 and 2 is 4."), statements("The answer is 4.", "That is all.")],
        verdicts: [verdicts("yes"), verdicts("yes", "no")],
        rating: [mark(5), mark(5), mark(5), mark(4)],
      }),
    });
    fresh = await startServer();
    const openai = {
      openai_api_key: "sk-test",
      openai_base_url: `${upstream.url}/v1`,
      openai_concurrency: 1,
    };
    keyed = await startServer(openai);
    judging = await startServer({
      ...openai,
      judge_provider: "openai",
      judge_model: "gpt-4o-mini",
    });
  });
  afterAll(async () => {
    await fresh.stop();
    await keyed.stop();
    await judging.stop();
    await upstream.stop();
  });

  test("on a server without keys has no score, but reasons with what would help", async () => {
    const { score, methods, judge, metrics, reasons } = await evaluate(fresh);
    expect([score, methods, judge]).toEqual([null, {}, null]);
    expect(metrics).toEqual({ faithfulness: null, relevance: null, coherence: null });
    for (const name of METRICS)
      expect(reasons[name]).toMatch(/JUDGE_PROVIDER and JUDGE_MODEL\. Metrics that need no judge: /);
  });

  test("with a judge configured is judged, and says so and what that cost", async () => {
    const { methods, judge, metrics, reasons } = await evaluate(judging);
    expect(reasons).toEqual({});
    expect(methods).toEqual({ faithfulness: "judge", relevance: "judge", coherence: "judge" });
    for (const name of METRICS) expect(metrics[name]).toBeWithin(0, 1.000001);
    expect(metrics.coherence).toBeCloseTo((1 + 1 + 0.75) / 3, 10);
    expect(judge).toMatchObject({
      provider: "openai",
      model: "gpt-4o-mini",
      calls: 2 + 2 + 4,
      cached_calls: 0,
      usage: { total_tokens: expect.any(Number) },
    });
    expect(Object.keys(judge?.prompt_versions ?? {})).toEqual(METRICS);
    expect(judge?.cost_usd).toBeGreaterThan(0);
  });

  test("judged again is the same, and costs nothing", async () => {
    const again = await evaluate(judging);
    expect(again.metrics.coherence).toBeCloseTo((1 + 1 + 0.75) / 3, 10);
    expect(again.judge).toMatchObject({ calls: 0, cached_calls: 8, cost_usd: 0 });
  });

  test("with an endpoint behind openai is judged by its own model, and the score is the judge's", async () => {
    const { score, methods, judge, metrics } = await evaluate(keyed);
    expect(methods).toEqual({ faithfulness: "judge", relevance: "judge", coherence: "judge" });
    expect(judge).toMatchObject({ provider: "openai", model: "gpt-4", self: true, calls: 8 });
    expect(judge?.advice).toMatch(/name another/);
    const values = METRICS.map((name) => metrics[name] ?? Number.NaN);
    expect(score).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 10);
  });
});
