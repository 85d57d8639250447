import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { callModel } from "../../../../src/services/benchmarks/run/trial.ts";
import { runBenchmark, trialsOf } from "../../../support/benchmarks.ts";
import { createCalls, MODEL, request } from "../../../support/model-calls.ts";
import { startServer, type TestServer } from "../../../support/server/index.ts";
import { tempDirs } from "../../../support/temp-dir.ts";

const newDir = tempDirs();
const MODELS = [{ provider: "mock", model: "mock?ttft_ms=40&tokens_per_second=200" }];

describe("a benchmark that asks for the first token", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  test("streams its trials and measures them as vLLM's benchmark does", async () => {
    const metrics = ["accuracy", "latency", "ttft", "tpot", "tokens_per_second"];
    const ran = await runBenchmark(server, { providers: MODELS, metrics, iterations: 3 });
    const trials = await trialsOf(server, ran.benchmark_id);
    expect(trials.length).toBe(3);
    for (const { latency_ms, ttft_ms, usage, scores, output } of trials) {
      const [total, first, tokens] = [latency_ms!, ttft_ms!, usage!.completion_tokens];
      expect(output).toContain("ANSWER");
      expect(first).toBeGreaterThan(39);
      expect(first).toBeLessThan(total);
      expect(scores.ttft).toBe(first);
      expect(scores.tpot).toBeCloseTo((total - first) / (tokens - 1), 9);
      expect(scores.tokens_per_second).toBeCloseTo(tokens / (total / 1000), 9);
    }
    expect(ran.results?.runs[0]?.metrics.ttft).toMatchObject({ n: 3, unit: "ms", better: "lower" });
    expect(ran.results?.runs[0]?.metrics.tpot?.p99).toBeGreaterThan(0);
  });

  test("does not stream without such a metric", async () => {
    const ran = await runBenchmark(server, { providers: MODELS, metrics: ["latency"], iterations: 1 });
    const [trial] = await trialsOf(server, ran.benchmark_id);
    expect(trial).toMatchObject({ ttft_ms: null, latency_ms: expect.any(Number) });
  });
});

test("a provider that can't stream is asked for all at once, and has no time to first token", async () => {
  const { calls, provider, close } = await createCalls(newDir(), "http://127.0.0.1:1");
  const { listing, checkModel } = provider;
  const completion = { text: "B", model: MODEL, finish_reason: "stop", usage: null, warnings: [] } as const;
  const whole = { listing, checkModel, complete: async () => completion };
  const metrics = [{ requires: ["first_token" as const] }];
  const call = await callModel({ modelCalls: calls, provider: whole, metrics }, request(), {});
  expect(call).toMatchObject({ completion: { text: "B" }, ttft_ms: null, latency_ms: expect.any(Number) });
  await close();
});
