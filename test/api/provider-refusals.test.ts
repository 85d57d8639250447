import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Completion, CompletionRecord } from "../../src/domain/completions/completion.ts";
import type { Refusal } from "../support/benchmarks.ts";
import { startServer, type TestServer } from "../support/server/index.ts";
import { streamCompletion } from "../support/server/sse.ts";
import { createUpstream, type Upstream, type UpstreamOptions, wireAt } from "../support/upstream/index.ts";

let behaviour: UpstreamOptions = {};
let upstream: Upstream;
let server: TestServer;

beforeAll(async () => {
  upstream = createUpstream({
    answer: (body) => behaviour.answer?.(body) ?? "hello",
    fault: (call) => (typeof behaviour.fault === "function" ? behaviour.fault(call) : behaviour.fault),
  });
  server = await startServer({
    openai_api_key: "sk-test-0123456789",
    openai_base_url: `${upstream.url}/v1`,
    anthropic_api_key: "sk-ant-test",
    anthropic_base_url: upstream.url,
    openai_compatible_my_server_base_url: `${upstream.url}/v1`,
  });
});
afterAll(async () => {
  await server.stop();
  await upstream.stop();
});

const ask = <Body = Completion>(body: object) =>
  server.request<Body>("POST", "/v1/completions", { token: server.token, body: { prompt: "hi", ...body } });

const newest = async () => {
  const path = "/v1/completions?page_size=1";
  return (await server.request<{ items: CompletionRecord[] }>("GET", path, { token: server.token })).body
    .items[0];
};

const TARGETS = [
  { provider: "openai", model: "gpt-4o-mini" },
  { provider: "anthropic", model: "claude-haiku-4-5" },
  { provider: "my-server", model: "any" },
];

describe.each(TARGETS)("$provider", (target) => {
  test("a prompt that is too long is 400 with the provider's message, streamed or not, and is recorded", async () => {
    const path = target.provider === "anthropic" ? "/v1/messages" : "/v1/chat/completions";
    const { status, message } = wireAt(path).overflow;
    behaviour = { fault: { status, message } };
    const { status: ours, body } = await ask<Refusal>(target);
    expect([ours, body.error.code]).toEqual([400, "BAD_REQUEST"]);
    expect(body.error.message).toContain(message.slice(0, 40));
    expect(await newest()).toMatchObject({ status: "failed", provider: target.provider, retries: 0 });
    const response = await streamCompletion(server, target);
    expect(response.status).toBe(400);
    expect(((await response.json()) as Refusal).error.message).toContain(message.slice(0, 40));
  });

  test("an empty answer is an answer, and is recorded with its finish reason", async () => {
    behaviour = { answer: () => ({ text: "" }) };
    const { status, body } = await ask(target);
    expect([status, body.text, body.finish_reason]).toEqual([201, "", "stop"]);
    expect(await newest()).toMatchObject({ status: "completed", text: "", finish_reason: "stop" });
  });
});

test("a temperature beyond the provider's range is 400, and no provider is called", async () => {
  behaviour = {};
  const calls = upstream.calls;
  const { status, body } = await ask<Refusal>({ ...TARGETS[1], temperature: 1.5 });
  expect([status, body.error.message]).toEqual([400, "Anthropic takes temperatures from 0 to 1, not 1.5."]);
  expect(upstream.calls).toBe(calls);
});
