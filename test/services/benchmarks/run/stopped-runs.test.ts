import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Benchmark } from "../../../../src/domain/benchmarks/benchmark.ts";
import {
  finishedBenchmark,
  type Refusal,
  requestBenchmark,
  runBenchmark,
  startBenchmark,
  trialsOf,
} from "../../../support/benchmarks.ts";
import { startServer, type TestServer } from "../../../support/server/index.ts";
import { waitUntil } from "../../../support/timing/waiting.ts";
import { createUpstream, type Fault, type Upstream } from "../../../support/upstream/index.ts";
import { textOf } from "../../../support/upstream/wire.ts";

let upstream: Upstream;
let server: TestServer;
let down = false;
let fault: (call: number) => Fault | undefined = () => undefined;

beforeAll(async () => {
  upstream = createUpstream({
    answer: () => "ANSWER: A",
    fault: (call) => (down ? { status: 401 } : fault(call)),
  });
  server = await startServer({
    openai_api_key: "sk-test",
    openai_base_url: `${upstream.url}/v1`,
    openai_concurrency: 4,
  });
});
afterAll(async () => {
  await server.stop();
  await upstream.stop();
});

const OPENAI = { provider: "openai", model: "gpt-4" };
const BASELINE = { provider: "baseline", model: "first" };
const resume = (id: string, token = server.token) =>
  server.request<Benchmark & Refusal>("POST", `/v1/benchmarks/${id}/resume`, { token });
const outcomesOf = ({ results }: Benchmark, run: number) => results?.runs[run]?.outcomes;

describe("a run's timeout_ms", () => {
  const few = { dataset: "starter", metrics: ["accuracy"] };

  test("ends the calls of a model that hangs, and of that run alone", async () => {
    fault = () => "hang";
    const { results, benchmark_id } = await runBenchmark(server, {
      ...few,
      providers: [{ ...OPENAI, params: { timeout_ms: 150 } }, BASELINE],
      iterations: 3,
    });
    fault = () => undefined;
    expect(results?.runs.map(({ outcomes }) => outcomes)).toMatchObject([
      { provider_error: 3, scored: 0 },
      { provider_error: 0, scored: 3 },
    ]);
    const errors = (await trialsOf(server, benchmark_id)).flatMap(({ error }) => error ?? []);
    expect(errors).toHaveLength(3);
    for (const error of errors) expect(error).toMatch(/^timeout: .* within 150 ms/);
  });

  test("is not sent to the model, and has bounds", async () => {
    const first = upstream.requests.length;
    const providers = [OPENAI];
    await runBenchmark(server, { ...few, providers, iterations: 1, params: { timeout_ms: 60_000 } });
    const bodies = upstream.requests.slice(first).map(({ body }) => Object.keys(body));
    expect(bodies).toHaveLength(1);
    expect(bodies.flat()).not.toContain("timeout_ms");
    for (const timeout_ms of [0, 600_001, 1.5, "60"]) {
      const asked = { ...few, providers, params: { timeout_ms } as never };
      const { status, body } = await requestBenchmark<Refusal>(server, asked);
      expect([status, body.error.details.field]).toEqual([400, "params.timeout_ms"]);
    }
  });
});

describe("max_failures", () => {
  test("stops the run whose provider is down, leaves the others, and a resume asks what is missing", async () => {
    down = true;
    const stopped = await runBenchmark(server, { providers: [OPENAI, BASELINE], max_failures: 5 });
    expect(stopped).toMatchObject({ status: "completed", progress: 1 });
    const [first, second] = stopped.results?.runs ?? [];
    expect(first?.trials).toBe(100);
    const { provider_error = 0, skipped = 0 } = first?.outcomes ?? {};
    expect(provider_error).toBeGreaterThanOrEqual(5);
    // Beyond the fifth there are no more than were open then.
    expect(provider_error).toBeLessThanOrEqual(5 + 8);
    expect(provider_error + skipped).toBe(100);
    expect(first?.stopped).toMatch(/^5 consecutive trials got no answer\. The last error: authentication: /);
    expect(second).toMatchObject({ stopped: null, trials: 100, outcomes: { scored: 100, skipped: 0 } });

    down = false;
    const calls = upstream.calls;
    expect((await resume(stopped.benchmark_id)).status).toBe(200);
    const whole = await finishedBenchmark(server, stopped.benchmark_id);
    expect(outcomesOf(whole, 0)).toMatchObject({ scored: 100, provider_error: 0, skipped: 0 });
    expect(whole.results?.runs[1]).toEqual(second as NonNullable<typeof second>);
    expect(upstream.calls - calls).toBe(100);
    expect(await trialsOf(server, whole.benchmark_id)).toHaveLength(200);
    const again = await resume(whole.benchmark_id);
    expect({ status: again.status, code: again.body.error.code }).toEqual({ status: 409, code: "CONFLICT" });
  });

  test("aborts open calls, which a provider that is down may hold for minutes", async () => {
    const first = upstream.calls + 1;
    fault = (call) => (call < first + 3 ? { status: 401 } : "hang");
    const { status, results } = await runBenchmark(server, {
      providers: [OPENAI, BASELINE],
      max_failures: 3,
    });
    fault = () => undefined;
    expect(status).toBe("completed");
    expect(results?.runs[0]?.outcomes).toMatchObject({ provider_error: 3, skipped: 97 });
    expect(results?.runs[1]?.outcomes).toMatchObject({ scored: 100 });
  });

  test("an answer in between resets the count", async () => {
    const model = "mock?error_rate=0.5&error=401&seed=3";
    const { results } = await runBenchmark(server, {
      providers: [{ provider: "mock", model }],
      iterations: 400,
      max_failures: 40,
    });
    expect(results?.runs[0]).toMatchObject({ stopped: null, trials: 400 });
    expect(results?.runs[0]?.outcomes.provider_error).toBeGreaterThan(100);
  });

  test("if every run is stopped, the benchmark has failed", async () => {
    down = true;
    const { status, error, results } = await runBenchmark(server, { providers: [OPENAI], max_failures: 1 });
    down = false;
    expect(status).toBe("failed");
    expect(error).toContain("authentication");
    expect(results?.runs[0]?.outcomes.skipped).toBeGreaterThan(0);
  });
});

describe("a resume", () => {
  test("of a failed benchmark asks every trial again", async () => {
    down = true;
    const failed = await runBenchmark(server, { providers: [OPENAI], iterations: 20 });
    down = false;
    expect(failed).toMatchObject({ status: "failed" });
    const { status, body } = await resume(failed.benchmark_id);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { status: "pending", progress: 0, results: null, error: null, finished_at: null },
    });
    const whole = await finishedBenchmark(server, failed.benchmark_id);
    expect({ status: whole.status, outcomes: outcomesOf(whole, 0) }).toMatchObject({
      status: "completed",
      outcomes: { scored: 20 },
    });
  });

  test("of a cancelled benchmark does not repeat answered trials", async () => {
    const { benchmark_id } = await startBenchmark(server, { providers: [OPENAI], iterations: 3_000 });
    await waitUntil(() => upstream.requests.length % 50 === 49, { poll_ms: 1 });
    await server.request("POST", `/v1/benchmarks/${benchmark_id}/cancel`, { token: server.token });
    const kept = await trialsOf(server, benchmark_id);
    const calls = upstream.calls;
    expect((await resume(benchmark_id)).status).toBe(200);
    const whole = await finishedBenchmark(server, benchmark_id);
    expect(outcomesOf(whole, 0)).toMatchObject({ scored: 3_000 });
    expect(upstream.calls - calls).toBe(3_000 - kept.length);
  });

  test("is refused for a running benchmark, an unknown one and a bad body", async () => {
    const { benchmark_id } = await startBenchmark(server, {
      providers: [{ provider: "mock", model: "mock?latency_ms=60000" }],
    });
    expect((await resume(benchmark_id)).body.error).toMatchObject({ code: "CONFLICT" });
    expect((await resume(crypto.randomUUID())).status).toBe(404);
    const { status, body } = await server.request<Refusal>("POST", `/v1/benchmarks/${benchmark_id}/resume`, {
      token: server.token,
      body: { budget: 3 },
    });
    expect(status).toBe(400);
    expect(body.error.details).toMatchObject({ field: "budget", accepted: ["budget_usd"] });
    await server.request("POST", `/v1/benchmarks/${benchmark_id}/cancel`, { token: server.token });
  });
});

describe("parameters of a run", () => {
  const template = "{{ group }} | {{input}} | {{choices}} | {{metadata.level}}";
  const samples = [
    {
      input: "Which {{choices}}?",
      choices: ["yes", "no"],
      expected: 0,
      group: "law",
      metadata: { level: 3, note: "n" },
    },
    { input: "Why?", choices: ["so", "no"], expected: 1, group: "art", metadata: { level: "high" } },
  ];
  const request = (params: object) => ({
    providers: [{ ...OPENAI, params }],
    dataset: "templated",
    params: { system: "of all", temperature: 0.5 },
  });
  beforeAll(async () => {
    await server.request("POST", "/v1/datasets", {
      token: server.token,
      body: { name: "templated", samples },
    });
  });

  test("a template takes the place of the prompt, its own system that of the benchmark's", async () => {
    const before = upstream.calls;
    const { results, error } = await runBenchmark(
      server,
      request({ system: "of the run", prompt_template: template, max_tokens: 7 }),
    );
    expect(error).toBeNull();
    const asked = upstream.requests.slice(before).map(({ body }) => body);
    expect(asked.map(({ messages }) => messages.map(({ content }) => textOf(content ?? ""))).sort()).toEqual([
      ["of the run", "art | Why? | A) so\nB) no | high"],
      ["of the run", "law | Which {{choices}}? | A) yes\nB) no | 3"],
    ]);
    expect(asked[0]).toMatchObject({ temperature: 0.5, max_tokens: 7 });
    expect(results?.runs[0]?.params).toEqual({
      system: "of the run",
      prompt_template: template,
      max_tokens: 7,
      temperature: 0.5,
    });
    // The protocol still reads the answer: A is right once.
    expect(results?.runs[0]?.metrics.accuracy?.value).toBe(0.5);
  });

  test("without max_tokens none is sent", async () => {
    const before = upstream.calls;
    await runBenchmark(server, request({}));
    const [asked] = upstream.requests.slice(before);
    expect(asked?.body).not.toHaveProperty("max_tokens");
    expect(asked?.body).not.toHaveProperty("max_completion_tokens");
  });

  const faults: [string, string, string, object][] = [
    [
      "an unknown field",
      "{{question}}",
      "unknown field 'question'",
      { accepted: expect.arrayContaining(["input", "metadata.level"]) },
    ],
    ["the answer", "{{input}} {{expected}}", "unknown field 'expected'", {}],
    ["what some samples lack", "{{input}} {{metadata.note}}", "missing in 1 of 2 samples", {}],
    [
      "what no sample has",
      "{{input}} {{context}}",
      "has the field 'context'",
      { accepted: ["input", "choices", "group", "id", "metadata.level", "metadata.note"] },
    ],
    ["no field at all", "What is it?", "has no field such as {{input}}", {}],
  ];
  test.each(faults)("%s is refused before anything is paid", async (_, prompt_template, said, details) => {
    const before = upstream.calls;
    const { status, body } = await requestBenchmark<Refusal>(server, request({ prompt_template }));
    expect(status).toBe(400);
    expect(body.error.message).toContain(said);
    expect(body.error.details).toMatchObject({ field: "providers.0.params.prompt_template", ...details });
    expect(upstream.calls).toBe(before);
  });
});
