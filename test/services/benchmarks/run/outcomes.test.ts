import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { RunResult } from "../../../../src/domain/benchmarks/benchmark-results.ts";
import { createTrialOrder } from "../../../../src/services/benchmarks/order/trial-order.ts";
import { runBenchmark, trialsOf, uploadDataset } from "../../../support/benchmarks.ts";
import { startServer, type TestServer } from "../../../support/server/index.ts";
import { createUpstream, type Upstream, type UpstreamAnswer } from "../../../support/upstream/index.ts";
import { textOf } from "../../../support/upstream/wire.ts";

type Kind = "right" | "wrong" | "unparseable" | "refused" | "truncated" | "failing";

const ANSWERS: Record<Exclude<Kind, "failing">, UpstreamAnswer> = {
  right: { text: "Let me think.\nANSWER: A" },
  wrong: { text: "ANSWER: B" },
  unparseable: { text: "It could be any of them." },
  refused: { text: "I can't help with that.", finish_reason: "content_filter" },
  truncated: { text: "", finish_reason: "length" },
};

/** A dataset whose questions say how they will be answered. */
const questions = (kinds: Kind[]) =>
  kinds.map((kind, index) => ({
    input: `Question ${index} (${kind})`,
    choices: ["first", "second", "third", "fourth"],
    expected: 0,
  }));

/** What a trial says of its scoring's calls where nothing but the model was called. */
const NO_OTHER_CALLS = {
  judge_usage: null,
  judge_cost_usd: null,
  embedding_usage: null,
  embedding_cost_usd: null,
};

const times = (count: number, kind: Kind): Kind[] => Array(count).fill(kind);

let upstream: Upstream;
let server: TestServer;
/** Calls that the upstream refuses, counted from the first of the present benchmark. */
let refusedCalls: number[] = [];
let callsBefore = 0;

beforeAll(async () => {
  upstream = createUpstream({
    answer({ messages }) {
      const asked = textOf(messages.at(-1)?.content ?? "");
      const [, kind] = /\((\w+)\)/.exec(asked) ?? [];
      return ANSWERS[kind as keyof typeof ANSWERS] ?? { text: "ANSWER: A" };
    },
    fault: (call) =>
      refusedCalls.includes(call - callsBefore)
        ? { status: 400, message: "this model takes no such question" }
        : undefined,
  });
  server = await startServer({
    openai_api_key: "sk-test",
    openai_base_url: `${upstream.url}/v1`,
    // One at a time: the calls then come in the order of the trials.
    openai_concurrency: 1,
  });
});
afterAll(async () => {
  await server.stop();
  await upstream.stop();
});

/** Runs all of a dataset by OpenAI's wire; the calls of `failing` questions are refused. */
async function run(name: string, kinds: Kind[], more: Record<string, unknown> = {}, model = "gpt-4") {
  const dataset = await uploadDataset(server, name, questions(kinds));
  const order = createTrialOrder([...kinds.keys()], kinds.length, 0);
  refusedCalls = kinds.flatMap((_, index) =>
    kinds[order.at(index).position] === "failing" ? [index + 1] : [],
  );
  callsBefore = upstream.calls;
  const benchmark = await runBenchmark(server, {
    dataset,
    providers: [{ provider: "openai", model }],
    metrics: ["accuracy", "latency", "cost"],
    ...more,
  });
  const [result] = benchmark.results?.runs ?? [];
  return { benchmark, result: result as RunResult, trials: await trialsOf(server, benchmark.benchmark_id) };
}

describe("the example of the design: 96 scored, 2 unparseable, 1 refused, 1 provider error", () => {
  const kinds = [
    ...times(85, "right"),
    ...times(11, "wrong"),
    ...times(2, "unparseable"),
    ...times(1, "refused"),
    ...times(1, "failing"),
  ];
  let ran: Awaited<ReturnType<typeof run>>;
  beforeAll(async () => {
    ran = await run("example", kinds);
  });

  test("outcomes", () => {
    const { trials, outcomes } = ran.result;
    expect({ status: ran.benchmark.status, trials, outcomes }).toEqual({
      status: "completed",
      trials: 100,
      outcomes: {
        scored: 96,
        unparseable: 2,
        truncated: 0,
        refused: 1,
        provider_error: 1,
        judge_failed: 0,
        skipped: 0,
      },
    });
  });

  test("unparseable and refused answers count as wrong; a provider's failure leaves n", () => {
    const { accuracy } = ran.result.metrics;
    expect(accuracy).toMatchObject({ n: 99, unit: "ratio", better: "higher" });
    expect(accuracy?.value).toBeCloseTo(85 / 99, 12);
    // p(1 − p) / (n − 1), as lm-evaluation-harness; Wilson's interval by statsmodels 0.15.0, proportion_confint.
    expect(accuracy?.stderr).toBeCloseTo(Math.sqrt(((85 / 99) * (14 / 99)) / 98), 12);
    expect(accuracy?.ci95?.[0]).toBeCloseTo(0.7765279060056491, 12);
    expect(accuracy?.ci95?.[1]).toBeCloseTo(0.9138551439255049, 12);
  });

  test("latency and cost cover the answered calls only", () => {
    const { latency, cost } = ran.result.metrics;
    const answered = ran.trials.filter(({ outcome }) => outcome !== "provider_error");
    const sum = (values: (number | null)[]) =>
      values.reduce<number>((total, value) => total + (value ?? 0), 0);
    expect(latency).toMatchObject({ n: 99, unit: "ms", better: "lower" });
    expect(latency?.value).toBeCloseTo(sum(answered.map((trial) => trial.latency_ms)) / 99, 9);
    expect(cost).toMatchObject({ n: 99, unit: "usd", better: "lower" });
    expect(cost?.total).toBeCloseTo(sum(answered.map((trial) => trial.cost_usd)), 12);
    expect(cost?.value).toBeCloseTo((cost?.total ?? 0) / 99, 12);
    expect(cost?.total).toBeGreaterThan(0);
  });

  test("usage is the sum of what the provider counted", () => {
    const { usage } = ran.result;
    const prompt = ran.trials.reduce((sum, trial) => sum + (trial.usage?.prompt_tokens ?? 0), 0);
    expect(usage.prompt_tokens).toBe(prompt);
    expect(usage.total_tokens).toBe(usage.prompt_tokens + usage.completion_tokens);
    // 85 right answers of five words, 11 of two, 2 of six, 1 of five.
    expect(usage.completion_tokens).toBe(85 * 5 + 11 * 2 + 2 * 6 + 5);
  });

  test("the reason of a failure is counted, and stored in its trial", () => {
    const reason = "invalid_request: OpenAI answered HTTP 400: this model takes no such question";
    expect(ran.result.errors).toEqual({ [reason]: 1 });
    const failing = ran.trials.filter(({ outcome }) => outcome === "provider_error");
    expect(failing).toEqual([
      {
        run: "openai/gpt-4",
        sample_id: "99",
        repeat: 0,
        group: null,
        outcome: "provider_error",
        prompt_hash: expect.stringMatching(/^[0-9a-f]{32}$/),
        answered_model: null,
        finish_reason: null,
        input: expect.any(String),
        expected: ["A"],
        output: null,
        answer: null,
        read_by: null,
        scores: {},
        notes: {},
        usage: null,
        latency_ms: null,
        ttft_ms: null,
        cost_usd: null,
        ...NO_OTHER_CALLS,
        error: reason,
        left_out: [],
      },
    ]);
  });

  test("the rules that read the answers are counted", () => {
    expect(ran.result.read_by).toEqual({ declared_mark: 96 });
  });

  test("a trial has its prompt's hash, output, answer and scores", () => {
    const trial = ran.trials.find(({ sample_id }) => sample_id === "0");
    expect(trial).toEqual({
      run: "openai/gpt-4",
      sample_id: "0",
      repeat: 0,
      group: null,
      outcome: "scored",
      prompt_hash: expect.stringMatching(/^[0-9a-f]{32}$/),
      answered_model: "gpt-4",
      finish_reason: "stop",
      input: expect.any(String),
      expected: ["A"],
      output: "Let me think.\nANSWER: A",
      answer: "A",
      read_by: "declared_mark",
      error: null,
      scores: { accuracy: 1, latency: trial?.latency_ms ?? null, cost: trial?.cost_usd ?? null },
      notes: {},
      usage: expect.objectContaining({ completion_tokens: 5 }),
      latency_ms: expect.any(Number),
      ttft_ms: null,
      cost_usd: expect.any(Number),
      ...NO_OTHER_CALLS,
      left_out: [],
    });
    const outcomeOf = (id: string) => ran.trials.find(({ sample_id }) => sample_id === id);
    expect(outcomeOf("90")).toMatchObject({ outcome: "scored", answer: "B", scores: { accuracy: 0 } });
    expect(outcomeOf("97")).toMatchObject({ outcome: "unparseable", answer: null, scores: { accuracy: 0 } });
    expect(outcomeOf("98")).toMatchObject({ outcome: "refused", answer: null, scores: { accuracy: 0 } });
  });
});

test("an answer that max_tokens cut off before there was one is truncated, and counts as wrong", async () => {
  const { result } = await run("cut", [...times(1, "right"), ...times(3, "truncated")]);
  expect(result.outcomes).toMatchObject({ scored: 1, truncated: 3, unparseable: 0 });
  expect(result.metrics.accuracy).toMatchObject({ value: 0.25, n: 4 });
});

test("free text that max_tokens cut off is scored as far as it goes, and counted", async () => {
  const { results } = await runBenchmark(server, {
    dataset: "arithmetic?size=20",
    metrics: ["accuracy"],
    providers: [
      { provider: "mock", model: "mock", params: { max_tokens: 3 }, label: "cut" },
      { provider: "mock", model: "mock", label: "whole" },
    ],
  });
  expect(results?.runs.map(({ cut_off }) => cut_off)).toEqual([20, 0]);
});

test("a refusal is not an answer, even if any text would be one", async () => {
  const dataset = await uploadDataset(server, "free-text", [
    { input: "Say anything (refused)", expected: "I can't help with that." },
  ]);
  const { results } = await runBenchmark(server, {
    dataset,
    providers: [{ provider: "openai", model: "gpt-4" }],
    metrics: ["accuracy"],
  });
  expect(results?.runs[0]).toMatchObject({ outcomes: { refused: 1 }, metrics: { accuracy: { value: 0 } } });
});

test("without a price there is no cost, but all else", async () => {
  const { result, trials } = await run("unpriced", times(3, "right"), {}, "a-model-of-our-own");
  expect(result.metrics.cost).toMatchObject({ value: null, total: null, n: 0 });
  expect(result.metrics.accuracy).toMatchObject({ value: 1, n: 3 });
  expect(trials.map(({ cost_usd, scores }) => [cost_usd, scores.cost])).toEqual(Array(3).fill([null, null]));
});

test("if no call is answered, the benchmark has failed, with the reason", async () => {
  const { benchmark, result } = await run("dead", times(4, "failing"));
  expect(benchmark).toMatchObject({
    status: "failed",
    progress: 1,
    error:
      "No trial got an answer. The most frequent error: " +
      "invalid_request: OpenAI answered HTTP 400: this model takes no such question",
  });
  expect(result.metrics.accuracy).toMatchObject({ value: null, n: 0, stderr: null, ci95: null });
  expect(result.metrics.latency).toMatchObject({ value: null, n: 0, p50: null, p95: null, p99: null });
});

test("when one of two runs is never answered the benchmark is completed", async () => {
  const providers = [
    { provider: "baseline", model: "first" },
    { provider: "mock", model: "mock?error=401" },
  ];
  const { status, error, results } = await runBenchmark(server, { providers });
  expect({ status, error }).toEqual({ status: "completed", error: null });
  expect(results?.runs.map(({ outcomes }) => outcomes.provider_error)).toEqual([0, 100]);
});

test("part of the calls fail: outcomes add up to the trials, n to those that were answered", async () => {
  const { results } = await runBenchmark(server, {
    providers: [{ provider: "mock", model: "mock?error_rate=0.3&error=401&accuracy=0.8&seed=3" }],
    dataset: "arithmetic?size=300",
    metrics: ["accuracy", "latency"],
  });
  const [run] = results?.runs ?? [];
  const { scored = 0, provider_error = 0 } = run?.outcomes ?? {};
  expect(scored + provider_error).toBe(300);
  expect(provider_error).toBeGreaterThan(50);
  expect(provider_error).toBeLessThan(130);
  expect(run?.metrics.accuracy?.n).toBe(scored);
  expect(run?.metrics.latency?.n).toBe(scored);
  expect(run?.errors).toEqual({
    "authentication: mock: simulated failure: HTTP 401.": provider_error,
  });
});
