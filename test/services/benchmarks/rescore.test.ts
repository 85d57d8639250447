import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Benchmark } from "../../../src/domain/benchmarks/benchmark.ts";
import {
  type BenchmarkRequest,
  finishedBenchmark,
  type Refusal,
  requestBenchmark,
  runBenchmark,
  startBenchmark,
  trialsOf,
  uploadDataset,
} from "../../support/benchmarks.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";
import { waitUntil } from "../../support/timing/waiting.ts";
import { createUpstream, type Upstream } from "../../support/upstream/index.ts";
import { textOf } from "../../support/upstream/wire.ts";

let upstream: Upstream;
let server: TestServer;

/** Three ways to answer, told by the question: one that only a tolerant reading finds, a refusal, a cut. */
const ANSWERS = [
  { text: "So it costs 18 formatDollars." },
  { text: "I work it out.\n#### 18" },
  { text: "I can't help with that.", finish_reason: "content_filter" as const },
  { text: "It is a lo", finish_reason: "length" as const },
];

beforeAll(async () => {
  upstream = createUpstream({
    answer({ messages }) {
      const [, index] = [...textOf(messages.at(-1)?.content ?? "").matchAll(/Question (\d)/g)].at(-1) ?? [];
      return ANSWERS[Number(index)]!;
    },
  });
  server = await startServer({
    openai_api_key: "sk-test",
    openai_base_url: `${upstream.url}/v1`,
    openai_concurrency: 4,
  });
  await uploadDataset(
    server,
    "sums",
    [0, 1, 2, 3].map((index) => ({ input: `Question ${index}`, expected: "18" })),
  );
});
afterAll(async () => {
  await server.stop();
  await upstream.stop();
});

const act = <Body>(id: string, body: object, token = server.token) =>
  server.request<Body>("POST", `/v1/benchmarks/${id}/rescore`, { token, body });

async function rescored(id: string, change: object): Promise<Benchmark> {
  const { status, body } = await act<Benchmark>(id, change);
  if (status !== 201) throw new Error(`Rescoring answered ${status}: ${JSON.stringify(body)}`);
  return finishedBenchmark(server, body.benchmark_id);
}

const asked = (more: BenchmarkRequest = {}) =>
  runBenchmark(server, {
    dataset: "sums",
    providers: [{ provider: "openai", model: "gpt-4" }],
    metrics: ["accuracy", "latency"],
    ...more,
  });

describe("scored anew", () => {
  test("outputs, prompts, times, tokens and costs stay, and no model is asked", async () => {
    const source = await asked();
    const calls = upstream.calls;
    const again = await rescored(source.benchmark_id, { metrics: ["f1", "cost", "latency"] });
    expect(upstream.calls).toBe(calls);
    expect(again).toMatchObject({
      status: "completed",
      rescores: source.benchmark_id,
      trials: 4,
      name: "a benchmark, rescored",
      results: { runs: [{ trials: 4, usage: source.results?.runs[0]?.usage }] },
    });
    const [before, after] = [
      await trialsOf(server, source.benchmark_id),
      await trialsOf(server, again.benchmark_id),
    ];
    const kept = (trials: typeof before) =>
      trials.map(
        ({ sample_id, output, prompt_hash, answered_model, usage, latency_ms, cost_usd, outcome }) => ({
          sample_id,
          output,
          prompt_hash,
          answered_model,
          usage,
          latency_ms,
          cost_usd,
          outcome,
        }),
      );
    expect(kept(after)).toEqual(kept(before));
    expect(again.results?.runs[0]?.prompts_hash).toBe(source.results?.runs[0]?.prompts_hash ?? "");
    expect(after.every(({ scores }) => "f1" in scores && !("accuracy" in scores))).toBe(true);
    expect(again.results?.runs[0]?.metrics.latency).toEqual(source.results!.runs[0]!.metrics.latency);
  });

  test("both results are kept, and told apart", async () => {
    const source = await asked();
    const again = await rescored(source.benchmark_id, { name: "by words", metrics: ["contains"] });
    const read = await server.request<Benchmark>("GET", `/v1/benchmarks/${source.benchmark_id}`, {
      token: server.token,
    });
    expect(read.body).toEqual(source);
    expect(read.body.rescores).toBeNull();
    expect(again).toMatchObject({ name: "by words", rescores: source.benchmark_id });
    expect(Object.keys(again.results?.runs[0]?.metrics ?? {})).toEqual(["contains"]);
  });

  test("refusals and cut answers are known for what they were", async () => {
    const source = await asked();
    const again = await rescored(source.benchmark_id, { metrics: ["accuracy"] });
    expect(again.results?.runs[0]?.outcomes).toEqual(source.results!.runs[0]!.outcomes);
    expect(again.results?.runs[0]?.outcomes).toMatchObject({ refused: 1 });
  });

  test("trials without an output stay so, and one can be scored anew again and again", async () => {
    const providers = [{ provider: "mock", model: "mock?error_rate=0.5&error=401&seed=4&accuracy=1" }];
    const source = await runBenchmark(server, { providers, dataset: "arithmetic?size=40" });
    const first = await rescored(source.benchmark_id, { metrics: ["f1"] });
    const second = await rescored(first.benchmark_id, { metrics: ["accuracy"] });
    expect(second.results?.runs[0]).toMatchObject({
      outcomes: source.results!.runs[0]!.outcomes,
      errors: source.results!.runs[0]!.errors,
      metrics: { accuracy: source.results!.runs[0]!.metrics.accuracy },
    });
  });

  test("of a benchmark that was cancelled, what it has is scored", async () => {
    const providers = [{ provider: "mock", model: "mock?latency_ms=30&accuracy=1" }];
    const { benchmark_id } = await startBenchmark(server, { providers, dataset: "arithmetic?size=2000" });
    await waitUntil(async () => (await trialsOf(server, benchmark_id)).length >= 20);
    await server.request("POST", `/v1/benchmarks/${benchmark_id}/cancel`, { token: server.token });
    const trials = (await trialsOf(server, benchmark_id)).length;
    const again = await rescored(benchmark_id, { metrics: ["accuracy", "f1"] });
    expect(again).toMatchObject({ status: "completed", trials, results: { runs: [{ trials }] } });
  });
});

describe("of a benchmark that goes on afterwards", () => {
  const providers = [{ provider: "mock", model: "mock?latency_ms=30&accuracy=1" }];
  const resume = (id: string) =>
    server.request<Benchmark & Refusal>("POST", `/v1/benchmarks/${id}/resume`, { token: server.token });

  async function cancelled(): Promise<string> {
    const { benchmark_id } = await startBenchmark(server, { providers, dataset: "arithmetic?size=2000" });
    await waitUntil(async () => (await trialsOf(server, benchmark_id)).length >= 20);
    await server.request("POST", `/v1/benchmarks/${benchmark_id}/cancel`, { token: server.token });
    return benchmark_id;
  }

  test("a resume takes in what there is now, and counts it", async () => {
    const source = await cancelled();
    const { benchmark_id } = await rescored(source, { metrics: ["accuracy"] });
    expect(await resume(benchmark_id)).toMatchObject({ status: 409 });
    await resume(source);
    await finishedBenchmark(server, source);
    const { status, body } = await resume(benchmark_id);
    expect({ status, trials: body.trials }).toEqual({ status: 200, trials: 2_000 });
    expect(body.progress).toBeLessThan(0.9);
    expect(await finishedBenchmark(server, benchmark_id)).toMatchObject({
      status: "completed",
      trials: 2_000,
      results: { runs: [{ trials: 2_000 }] },
    });
  });

  test("it does not go on while its outputs are being scored, which would take rows away", async () => {
    const source = await cancelled();
    const judge = { provider: "mock", model: "mock?latency_ms=2000" };
    const { body } = await act<Benchmark>(source, { metrics: ["relevance"], judge });
    const { status, body: refusal } = await resume(source);
    expect({ status, message: refusal.error.message }).toEqual({
      status: 409,
      message: `Benchmark ${body.benchmark_id} scores the outputs of this one: cancel it first.`,
    });
    await server.request("POST", `/v1/benchmarks/${body.benchmark_id}/cancel`, { token: server.token });
    expect((await resume(source)).status).toBe(200);
    await finishedBenchmark(server, source);
  });
});

describe("by another protocol", () => {
  const GSM8K = ["five_shot", "five_shot_flexible"];

  test("answers are read in its way, out of the same outputs", async () => {
    const shots = [0, 1, 2, 3, 4].map((index) => ({
      question: `Shot ${index}`,
      answer: `So ${index}.\n#### ${index}`,
    }));
    const rows = [0, 1, 2, 3].map((index) => ({ question: `Question ${index}`, answer: "So.\n#### 18" }));
    const lines = (items: object[]) => items.map((item) => JSON.stringify(item)).join("\n");
    const form = new FormData();
    form.set("name", "gsm8k");
    form.set("file", new File([lines(rows)], "test.jsonl"));
    form.set("shots", new File([lines(shots)], "train.jsonl"));
    const uploaded = await server.request("POST", "/v1/datasets", { token: server.token, body: form });
    expect([uploaded.status, uploaded.body]).toEqual([201, expect.anything()]);
    const source = await asked({ dataset: "gsm8k", protocol: GSM8K[0] });
    const again = await rescored(source.benchmark_id, { protocol: GSM8K[1] });
    expect([source.results?.protocols, again.results?.protocols]).toEqual(GSM8K.map((name) => [name]));
    const right = ({ results }: Benchmark) => results?.runs[0]?.metrics.accuracy?.value;
    expect([right(source), right(again)]).toEqual([expect.any(Number), expect.any(Number)]);
    expect(right(again)).toBeGreaterThanOrEqual(right(source) ?? 1);
  });
});

describe("is refused", () => {
  test("for what the samples can't be scored by, before anything is stored", async () => {
    const { benchmark_id } = await asked();
    const refused: [object, RegExp][] = [
      [{}, /must have at least 1 field/],
      [{ metrics: ["acuracy"] }, /Did you mean 'accuracy'/],
      [{ protocol: "nonsense" }, /protocol/],
      [{ metrics: ["correctness"] }, /judge: is required by the metric 'correctness'/],
      [{ iterations: 5 }, /iterations: is not a known field/],
    ];
    for (const [change, message] of refused) {
      const { status, body } = await act<Refusal>(benchmark_id, change);
      expect([change, status, body.error.message]).toEqual([change, 400, expect.stringMatching(message)]);
    }
  });

  test("under a budget without room for one call of the judge, as a benchmark is; the models' calls don't count", async () => {
    const source = await asked();
    const calls = upstream.calls;
    const judge = { provider: "openai", model: "gpt-4", params: { max_tokens: 10 } };
    const change = { metrics: ["correctness"], judge, budget_usd: 1e-6 };
    const { status, body } = await act<Refusal>(source.benchmark_id, change);
    expect([status, body.error.message]).toEqual([
      400,
      expect.stringMatching(
        /^budget_usd: does not suffice for one call: the next call of the judge may cost up to \$0\.0\d+/,
      ),
    ]);
    const { minimum } = body.error.details.accepted as { minimum: number };
    expect(minimum).toBeGreaterThan(0);
    const created = await requestBenchmark<Refusal>(server, {
      dataset: "sums",
      providers: [{ provider: "mock", model: "mock" }],
      ...change,
    });
    expect(created.body.error.message).toBe(body.error.message);
    expect(upstream.calls).toBe(calls);
    const free = await act(source.benchmark_id, { metrics: ["f1"], budget_usd: 0 });
    expect(free.status).toBe(201);
  });

  test("while the benchmark is at work, and where there is none", async () => {
    const providers = [{ provider: "mock", model: "mock?latency_ms=1000" }];
    const { benchmark_id } = await startBenchmark(server, { providers });
    expect((await act(benchmark_id, { metrics: ["f1"] })).status).toBe(409);
    await server.request("POST", `/v1/benchmarks/${benchmark_id}/cancel`, { token: server.token });
    expect((await act("01a20772-2cd2-73ba-a2b3-023c5d36615c", { metrics: ["f1"] })).status).toBe(404);
  });
});
