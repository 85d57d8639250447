import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { Evaluation, EvaluationRecord } from "../../../src/domain/evaluation.ts";
import type { Page } from "../../../src/domain/page.ts";
import type { Refusal } from "../../support/benchmarks.ts";
import { MARKS, markAskedFor } from "../../support/marks.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";
import { waitUntil } from "../../support/timing/waiting.ts";
import { createUpstream, type Upstream, type UpstreamOptions } from "../../support/upstream/index.ts";

/** Each test decides what the judge does; by default it scores everything 0.75. */
let behaviour: UpstreamOptions = {};
let upstream: Upstream;
/** A server without a judge of its own, one with, and one with the metrics that ship. */
let server: TestServer;
let judging: TestServer;
let shipped: TestServer;

beforeAll(async () => {
  upstream = createUpstream({
    answer: (body) => behaviour.answer?.(body) ?? "0.75",
    fault: (call) => (typeof behaviour.fault === "function" ? behaviour.fault(call) : behaviour.fault),
  });
  const openai = { openai_api_key: "sk-test", openai_base_url: `${upstream.url}/v1` };
  server = await startServer(openai, { metrics: MARKS });
  shipped = await startServer(openai);
  judging = await startServer(
    { ...openai, judge_provider: "openai", judge_model: "gpt-4o" },
    { metrics: MARKS },
  );
});
afterEach(() => {
  behaviour = {};
});
afterAll(async () => {
  await server.stop();
  await judging.stop();
  await shipped.stop();
  await upstream.stop();
});

const JUDGE = { provider: "openai", model: "gpt-4o-mini" };
let outputs = 0;
/** Returns a new output for each test: the same output would be answered from the cache. */
const freshOutput = (): string => `This is output number ${++outputs}. It is an output like any other.`;

const evaluate = <Body = Evaluation>(request: object, on = server) =>
  on.request<Body>("POST", "/v1/evaluations", {
    token: on.token,
    body: { provider: "a person", model: "by hand", input: "Say so.", output: freshOutput(), ...request },
  });

async function scored(request: object, on = server): Promise<Evaluation> {
  const { status, body } = await evaluate(request, on);
  expect([status, body]).toEqual([201, body]);
  return body;
}

async function refused(request: object, on = server) {
  const { status, body } = await evaluate<Refusal>(request, on);
  return { status, code: body.error.code, message: body.error.message, ...body.error.details };
}

const recordOf = async ({ evaluation_id }: Evaluation, on = server): Promise<EvaluationRecord> =>
  (await on.request<EvaluationRecord>("GET", `/v1/evaluations/${evaluation_id}`, { token: on.token })).body;

const countOf = async (on = server): Promise<number> =>
  (await on.request<Page<unknown>>("GET", "/v1/evaluations", { token: on.token })).body.total;

describe("a judge that the request names", () => {
  test("scores, and the evaluation keeps the judge, its usage and its cost", async () => {
    const params = { temperature: 0.5, seed: 7 };
    const evaluation = await scored({ metrics: ["politeness", "coherence"], judge: { ...JUDGE, params } });
    expect(evaluation).toMatchObject({
      score: 0.75,
      metrics: { politeness: 0.75, coherence: 0.75 },
      methods: { politeness: "judge", coherence: "judge" },
      reasons: {},
      notes: { politeness: "good", coherence: "good" },
      embedding: null,
    });
    const { usage, cost_usd, ...judge } = evaluation.judge ?? { usage: null };
    expect<unknown>(judge).toEqual({
      ...JUDGE,
      answered_model: "gpt-4o-mini",
      params,
      prompt_versions: { politeness: "politeness-1", coherence: "coherence-1" },
      warnings: [],
      calls: 2,
      cached_calls: 0,
    });
    const asked = upstream.requests.slice(-2).map(({ body }) => body);
    expect(asked).toMatchObject([params, params]);
    // USD 0.15 and 0.60 per million tokens, by the built-in catalogue.
    const { prompt_tokens = 0, completion_tokens = 0 } = usage ?? {};
    expect(completion_tokens).toBe(2);
    expect(cost_usd).toBeCloseTo((prompt_tokens * 0.15 + completion_tokens * 0.6) / 1e6, 12);
    const metric_requests = ["politeness", "coherence"];
    expect(await recordOf(evaluation)).toMatchObject({ ...evaluation, metric_requests });
  });

  test("without a known price costs null, not 0", async () => {
    const { judge } = await scored({ metrics: ["politeness"], judge: { ...JUDGE, model: "gpt-of-mine" } });
    expect(judge).toMatchObject({ calls: 1, cost_usd: null });
  });

  test("is not asked again for the same judgement, unless the cache is refreshed", async () => {
    const request = { metrics: ["politeness"], output: freshOutput() };
    const calls = upstream.calls;
    await scored({ ...request, judge: JUDGE });
    const again = await scored({ ...request, judge: JUDGE });
    expect(upstream.calls - calls).toBe(1);
    expect(again).toMatchObject({ score: 0.75, judge: { calls: 0, cached_calls: 1, cost_usd: 0 } });
    expect(again.judge?.usage).toMatchObject({ total_tokens: 0 });
    behaviour = { answer: () => "0.25" };
    const anew = await scored({ ...request, judge: { ...JUDGE, cache: "refresh" } });
    expect(anew).toMatchObject({ score: 0.25, judge: { calls: 1, cached_calls: 0 } });
    await scored({ ...request, judge: { ...JUDGE, cache: "off" } });
    expect(upstream.calls - calls).toBe(3);
  });

  test("is neither called nor reported if no metric needs it", async () => {
    const calls = upstream.calls;
    const { judge, methods } = await scored({ metrics: ["exact_match"], expected: "x", judge: JUDGE });
    expect([judge, methods, upstream.calls]).toEqual([null, {}, calls]);
  });

  test("that fails is the reason of a null, and does not affect other metrics", async () => {
    behaviour = { fault: { status: 400, message: "no such model" } };
    const evaluation = await scored({
      metrics: ["politeness", "contains"],
      expected: "like any other",
      judge: JUDGE,
    });
    const { score, metrics, reasons, judge } = evaluation;
    expect([score, metrics]).toEqual([1, { politeness: null, contains: 1 }]);
    expect(judge).toMatchObject({ ...JUDGE, calls: 0, prompt_versions: { politeness: "politeness-1" } });
    expect(judge).toMatchObject({ answered_model: null, usage: { total_tokens: 0 }, cost_usd: 0 });
    expect((await recordOf(evaluation)).judge).toEqual(judge);
    expect(reasons.politeness).toMatch(
      /^the judge openai\/gpt-4o-mini could not answer \(invalid_request\): .*no such model/,
    );
  });

  test("is asked again after a failure that may pass", async () => {
    const first = upstream.calls + 1;
    behaviour = {
      fault: (call) => (call === first ? { status: 429, headers: { "retry-after": "0" } } : undefined),
    };
    expect(await scored({ metrics: ["politeness"], judge: JUDGE })).toMatchObject({
      score: 0.75,
      judge: { calls: 1 },
    });
    expect(upstream.calls).toBe(first + 1);
  });

  test("without a key is 503 naming the variable, before any call", async () => {
    const before = [upstream.calls, await countOf()];
    const judge = { provider: "anthropic", model: "claude-sonnet-4-5" };
    const refusal = await refused({ metrics: ["contains", "politeness"], expected: "x", judge });
    expect(refusal).toMatchObject({
      status: 503,
      code: "SERVICE_UNAVAILABLE",
      requires: ["ANTHROPIC_API_KEY"],
    });
    expect([upstream.calls, await countOf()]).toEqual(before);
  });
});

describe("without a judge", () => {
  test("a metric that needs one is refused, naming the metric, the field and the settings", async () => {
    const calls = upstream.calls;
    const refusal = await refused({ metrics: ["coherence", "politeness"] });
    expect(refusal).toMatchObject({
      status: 400,
      code: "BAD_REQUEST",
      field: "judge",
      metric: "politeness",
      requires: ["JUDGE_PROVIDER", "JUDGE_MODEL"],
    });
    expect(refusal.message).toMatch(/^judge: is required by the metric 'politeness': .*JUDGE_PROVIDER/);
    expect(upstream.calls).toBe(calls);
  });

  test("a metric of both kinds is lexical, and says so", async () => {
    const context = "This is a context.";
    expect(await scored({ metrics: ["faithfulness"], context })).toMatchObject({
      methods: { faithfulness: "lexical" },
      judge: null,
    });
  });

  test("another missing field is refused before the judge is asked", async () => {
    const calls = upstream.calls;
    const refusal = await refused({ metrics: ["politeness", "exact_match"], judge: JUDGE });
    expect(refusal).toMatchObject({ status: 400, field: "expected", metric: "exact_match" });
    expect(upstream.calls).toBe(calls);
  });
});

describe("the author of the output", () => {
  const AUTHOR = { provider: "openai", model: "gpt-4" };

  test("judges it where nobody else is named, which the answer says, with the advice to name another", async () => {
    const evaluation = await scored({ ...AUTHOR, metrics: ["coherence"] });
    expect(evaluation).toMatchObject({ score: 0.75, methods: { coherence: "judge" } });
    expect(evaluation.judge).toMatchObject({ ...AUTHOR, self: true, params: {}, calls: 1 });
    expect(evaluation.judge?.advice).toMatch(/name another one in 'judge', or set JUDGE_PROVIDER/);
    expect(upstream.requests.at(-1)?.body).toMatchObject({ model: "gpt-4" });
    expect((await recordOf(evaluation)).judge).toEqual(evaluation.judge);
  });

  test("does not where somebody is named, by the request or by the configuration", async () => {
    const { judge: named } = await scored({ ...AUTHOR, metrics: ["coherence"], judge: JUDGE });
    const { judge: set } = await scored({ ...AUTHOR, metrics: ["coherence"] }, judging);
    expect([named?.model, set?.model]).toEqual(["gpt-4o-mini", "gpt-4o"]);
    for (const judge of [named, set]) expect(judge).not.toContainAnyKeys(["self", "advice"]);
  });

  test.each([
    ["an embedded model", { provider: "mock", model: "mock" }],
    ["a provider without a key", { provider: "anthropic", model: "claude-sonnet-4-5" }],
    ["a person", { provider: "a person", model: "by hand" }],
    ["a model that its provider cannot have", { provider: "mock", model: "mok" }],
  ])("does not if it is %s", async (_, author) => {
    const calls = upstream.calls;
    const { metrics, reasons, judge } = await scored({ ...author, metrics: ["coherence"] });
    expect([metrics, judge, upstream.calls]).toEqual([{ coherence: null }, null, calls]);
    expect(reasons.coherence).toBeString();
    expect(await refused({ ...author, metrics: ["politeness"] })).toMatchObject({
      status: 400,
      field: "judge",
    });
  });

  test("is not called by metrics that need no judge", async () => {
    const calls = upstream.calls;
    const { judge } = await scored({ ...AUTHOR, metrics: ["contains"], expected: "output" });
    expect([judge, upstream.calls]).toEqual([null, calls]);
  });
});

describe("what a judge's server refuses", () => {
  const STRICT = { ...JUDGE, model: "gpt-strict" };

  test("is left out, remembered for that model, and said", async () => {
    const first = upstream.calls + 1;
    behaviour = {
      fault: (call) =>
        call === first
          ? { status: 400, message: "Only the default (1) temperature is supported." }
          : undefined,
    };
    const warnings = ["temperature: refused by openai/gpt-strict, left out"];
    const evaluation = await scored({ metrics: ["politeness"], judge: STRICT });
    expect(evaluation).toMatchObject({ score: 0.75, judge: { calls: 1, warnings } });
    expect((await recordOf(evaluation)).judge).toMatchObject({ warnings });
    expect(await scored({ metrics: ["politeness"], judge: STRICT })).toMatchObject({ judge: { warnings } });
    const sent = upstream.requests.slice(first - 1).map(({ body }) => "temperature" in body);
    expect(sent).toEqual([true, false, false]);
    expect(await scored({ metrics: ["politeness"], judge: JUDGE })).toMatchObject({
      judge: { warnings: [] },
    });
  });
});

test("replies that could not be used are not taken from the cache for ever", async () => {
  const request = { metrics: ["toxicity"], output: freshOutput(), judge: JUDGE };
  behaviour = { answer: () => "I would rather not say." };
  const failed = await scored(request, shipped);
  expect(failed).toMatchObject({ metrics: { toxicity: null }, judge: { calls: 2, cached_calls: 0 } });
  behaviour = { answer: () => '{"statements": []}' };
  const mended = await scored(request, shipped);
  expect(mended).toMatchObject({ metrics: { toxicity: 0 }, judge: { calls: 1, cached_calls: 2 } });
  expect(await scored(request, shipped)).toMatchObject({ judge: { calls: 0, cached_calls: 1 } });
});

describe("the judge of the configuration", () => {
  test("judges if the request names no judge", async () => {
    const evaluation = await scored({ metrics: ["coherence"] }, judging);
    expect(evaluation).toMatchObject({
      methods: { coherence: "judge" },
      judge: { provider: "openai", model: "gpt-4o", params: {} },
    });
    expect(await recordOf(evaluation, judging)).toMatchObject(evaluation);
  });

  test("is not asked if the request names another", async () => {
    const { judge } = await scored({ metrics: ["coherence"], judge: JUDGE }, judging);
    expect(judge?.model).toBe("gpt-4o-mini");
  });

  test("without a key is 503 for metrics that need it, and does not affect others", async () => {
    const unset = await startServer(
      { judge_provider: "anthropic", judge_model: "claude-sonnet-4-5" },
      { metrics: MARKS },
    );
    try {
      expect(await refused({ metrics: ["coherence"] }, unset)).toMatchObject({
        status: 503,
        requires: ["ANTHROPIC_API_KEY"],
      });
      expect(await scored({ metrics: ["contains"], expected: "output" }, unset)).toMatchObject({ score: 1 });
    } finally {
      await unset.stop();
    }
  });

  test("of a model that its provider does not have is 503, as the caller did not choose it", async () => {
    const wrong = await startServer({ judge_provider: "mock", judge_model: "mok" }, { metrics: MARKS });
    try {
      const refusal = await refused({ metrics: ["coherence"] }, wrong);
      expect(refusal).toMatchObject({ status: 503, requires: ["JUDGE_PROVIDER", "JUDGE_MODEL"] });
    } finally {
      await wrong.stop();
    }
  });
});

describe("the score", () => {
  test("inverts metrics of which less is better", async () => {
    behaviour = { answer: (body) => (markAskedFor(body)?.metric === "rudeness" ? "0.1" : "0.7") };
    const { score, metrics } = await scored({ metrics: ["politeness", "rudeness"], judge: JUDGE });
    expect(metrics).toEqual({ politeness: 0.7, rudeness: 0.1 });
    expect(score).toBeCloseTo(0.8, 10);
  });
});

describe("explanations", () => {
  test("are returned and stored only if they are requested", async () => {
    const request = { metrics: ["politeness", "exact_match"], expected: "x", judge: JUDGE };
    const plain = await scored(request);
    expect([plain.explanations, (await recordOf(plain)).explanations]).toEqual([undefined, undefined]);
    const explained = await scored({ ...request, explanations: true });
    const explanations = { politeness: "the judge says 0.75" };
    expect(explained.explanations).toEqual(explanations);
    expect((await recordOf(explained)).explanations).toEqual(explanations);
  });
});

describe("references", () => {
  test("may be several, any of which is right, and are read back unchanged", async () => {
    const expected = ["Lutetia", "Paris"];
    const evaluation = await scored({ metrics: ["exact_match"], output: "Paris", expected });
    expect(evaluation.score).toBe(1);
    expect((await recordOf(evaluation)).expected).toEqual(expected);
  });
});

describe("metrics with parameters and labels", () => {
  test("are read back as they were requested", async () => {
    const metrics = ["exact_match", { name: "exact_match", label: "again" }];
    const evaluation = await scored({ metrics, expected: "x" });
    expect(evaluation.metrics).toEqual({ exact_match: 0, again: 0 });
    expect((await recordOf(evaluation)).metric_requests).toEqual(metrics);
  });
});

describe("embeddings", () => {
  test("are made by the metric's model, and have an account apart from the judge's", async () => {
    const output = "The capital is Paris.";
    const evaluation = await scored({ metrics: ["nearness"], output, expected: output });
    expect(evaluation.score).toBeCloseTo(1, 10);
    expect(evaluation).toMatchObject({ judge: null, embedding: { calls: 1, cost_usd: 0 } });
    expect(await recordOf(evaluation)).toMatchObject(evaluation);
  });

  test("of a provider without embeddings are refused, naming the field", async () => {
    expect(await refused({ metrics: ["no_nearness"], expected: "x" })).toMatchObject({
      status: 400,
      field: "metrics.0.params.provider",
      fault: "the provider 'anthropic' has no embeddings",
    });
  });

  test("of a provider without a key are 503", async () => {
    const bare = await startServer({}, { metrics: MARKS });
    try {
      const refusal = await refused({ metrics: ["far_nearness"], expected: "x" }, bare);
      expect(refusal).toMatchObject({ status: 503, requires: ["OPENAI_API_KEY"] });
    } finally {
      await bare.stop();
    }
  });
});

test("if the caller leaves, the judge's call ends and nothing is stored", async () => {
  behaviour = { fault: "hang" };
  const before = await countOf();
  const calls = upstream.calls;
  const leaving = new AbortController();
  const body = {
    provider: "p",
    model: "m",
    input: "i",
    output: freshOutput(),
    metrics: ["politeness"],
    judge: JUDGE,
  };
  const left = fetch(`${server.url}/v1/evaluations`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: leaving.signal,
  });
  await waitUntil(() => upstream.calls !== calls);
  leaving.abort();
  expect(left).rejects.toThrow();
  await waitUntil(() => upstream.requests.at(-1)?.aborted);
  expect(await countOf()).toBe(before);
});

test("an output of a megabyte is scored by every built-in metric while other requests are answered", async () => {
  const output = "The cat sat on the mat. ".repeat(38_000);
  const metrics = ["accuracy", "exact_match", "contains", "f1", "faithfulness"];
  const evaluating = scored({ metrics, output, expected: "The cat", context: "The cat sat on a mat." });
  const health = await server.request("GET", "/health");
  expect(health.status).toBe(200);
  const evaluation = await evaluating;
  expect(Object.keys(evaluation.metrics)).toEqual(metrics);
  expect((await recordOf(evaluation)).output).toBe(output);
});
