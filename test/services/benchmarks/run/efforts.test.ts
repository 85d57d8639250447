import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Receipt } from "../../../../src/domain/benchmarks/receipt.ts";
import { runBenchmark } from "../../../support/benchmarks.ts";
import { startServer, type TestServer } from "../../../support/server/index.ts";
import { chatAnswer, startScriptedUpstream } from "../../../support/upstream/scripted.ts";

const upstream = startScriptedUpstream();
let server: TestServer;
beforeAll(async () => {
  server = await startServer({
    openai_api_key: "sk-0123456789",
    openai_base_url: `${upstream.url}/v1`,
    vllm_base_url: `${upstream.url}/vllm/v1`,
  });
});
afterAll(async () => {
  await server.stop();
  await upstream.stop();
});

const EFFORTS = ["low", "medium", "high"];

test("one benchmark compares a model at three efforts; each call has its own, and the receipt holds them", async () => {
  upstream.use(() => chatAnswer({ content: "ANSWER: A" }));
  const { benchmark_id } = await runBenchmark(server, {
    iterations: 4,
    providers: EFFORTS.map((reasoning_effort) => ({
      provider: "openai",
      model: "o3",
      label: reasoning_effort,
      params: { reasoning_effort, max_completion_tokens: 500 },
    })),
  });
  const sent = upstream.bodies.map(({ reasoning_effort, max_completion_tokens }) => ({
    reasoning_effort,
    max_completion_tokens,
  }));
  for (const reasoning_effort of EFFORTS)
    expect(sent.filter((body) => body.reasoning_effort === reasoning_effort)).toEqual(
      Array(4).fill({ reasoning_effort, max_completion_tokens: 500 }),
    );
  const { token } = server;
  const receipt = await server.request<Receipt>("GET", `/v1/benchmarks/${benchmark_id}/receipt`, { token });
  expect(receipt.body.runs.map(({ params }) => params.reasoning_effort)).toEqual(EFFORTS);
});

test("a run's provider_options reach the server of the operator's own, for completions too", async () => {
  upstream.use(() => chatAnswer({ content: "ANSWER: A" }));
  const provider_options = { chat_template_kwargs: { enable_thinking: false }, min_tokens: 2 };
  await runBenchmark(server, {
    iterations: 2,
    providers: [{ provider: "vllm", model: "m", params: { provider_options, top_k: 5 } }],
  });
  expect(upstream.bodies).toHaveLength(2);
  expect(upstream.bodies[0]).toMatchObject({ ...provider_options, top_k: 5 });
  const body = { provider: "vllm", model: "m", prompt: "hi", reasoning_effort: "low", provider_options };
  const { body: completion } = await server.request<{ request_id: string }>("POST", "/v1/completions", {
    token: server.token,
    body,
  });
  expect(upstream.bodies.at(-1)).toMatchObject({ ...provider_options, reasoning_effort: "low" });
  const record = await server.request("GET", `/v1/completions/${completion.request_id}`, {
    token: server.token,
  });
  expect(record.body).toMatchObject({ params: { reasoning_effort: "low", provider_options } });
});
