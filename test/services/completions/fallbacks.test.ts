import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { Completion, CompletionRecord } from "../../../src/domain/completions/completion.ts";
import type { Page } from "../../../src/domain/page.ts";
import type { Refusal } from "../../support/benchmarks.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";
import { createUpstream, type Fault, type Upstream } from "../../support/upstream/index.ts";

let upstream: Upstream;
let server: TestServer;
let fault: (call: number) => Fault | undefined = () => undefined;
const openai = { provider: "openai", model: "gpt-4o-mini" };
const claude = { provider: "anthropic", model: "claude-sonnet-4-5" };
const mock = { provider: "mock", model: "mock" };

beforeAll(async () => {
  upstream = createUpstream({ answer: () => "answered", fault: (call) => fault(call) });
  server = await startServer({
    openai_api_key: "sk",
    openai_base_url: `${upstream.url}/v1`,
    anthropic_api_key: "sk",
    anthropic_base_url: upstream.url,
  });
});
afterEach(() => {
  fault = () => undefined;
});
afterAll(async () => {
  await server.stop();
  await upstream.stop();
});
const ask = <Body = Completion>(body: object) =>
  server.request<Body>("POST", "/v1/completions", { token: server.token, body: { prompt: "hi", ...body } });
const list = <Body = Page<CompletionRecord>>(query: string) =>
  server.request<Body>("GET", `/v1/completions?page_size=100&${query}`, { token: server.token });

describe("fallbacks", () => {
  test("are asked in order; the answer names its provider and the failures before it", async () => {
    fault = () => ({ status: 401 });
    const { status, body } = await ask({ ...openai, fallbacks: [claude, mock] });
    expect([status, body.provider, body.model]).toEqual([201, "mock", "mock"]);
    expect(body.warnings[0]).toMatch(
      /^openai could not answer \(authentication: .*so the next fallback was asked\.$/,
    );
    expect(body.warnings[1]).toMatch(/^anthropic could not answer \(authentication: /);
    const { body: record } = await server.request<CompletionRecord>(
      ...(["GET", `/v1/completions/${body.request_id}`, { token: server.token }] as const),
    );
    expect(record).toMatchObject({ ...openai, answered_provider: "mock", answered_model: "mock" });
  });

  test("are not asked if the request itself is at fault", async () => {
    fault = () => ({ status: 400, message: "too long" });
    const calls = upstream.calls;
    expect((await ask({ ...openai, fallbacks: [mock] })).status).toBe(400);
    expect(upstream.calls).toBe(calls + 1);
  });

  test("that are unknown are refused before any call", async () => {
    const calls = upstream.calls;
    const { status, body } = await ask<Refusal>({ ...openai, fallbacks: [{ ...mock, provider: "mokc" }] });
    expect([status, body.error.details.field]).toEqual([400, "fallbacks.0.provider"]);
    expect(upstream.calls).toBe(calls);
  });
});

test("a wait that is too long to make is passed on to the caller", async () => {
  fault = () => ({ status: 429, headers: { "retry-after": "300" } });
  const { status, headers, body } = await ask<Refusal>(openai);
  expect([status, headers.get("retry-after"), body.error.details.retry_after]).toEqual([503, "300", 300]);
});

describe("the history of completions", () => {
  test("is filtered by provider, model, caller, status and since", async () => {
    fault = () => ({ status: 401 });
    await ask(openai);
    fault = () => undefined;
    const { body: answered } = await ask(claude);
    const all = (await list("")).body.items;
    for (const [query, wanted] of [
      ["provider=anthropic", (record: CompletionRecord) => record.provider === "anthropic"],
      ["model=gpt-4o-mini", (record: CompletionRecord) => record.model === "gpt-4o-mini"],
      ["status=failed", (record: CompletionRecord) => record.status === "failed"],
      [`caller=${all[0]?.created_by}`, () => true],
      ["caller=nobody", () => false],
      [
        "provider=openai&status=completed",
        (record: CompletionRecord) => record.provider === "openai" && record.status === "completed",
      ],
      [
        `since=${answered.created_at}`,
        (record: CompletionRecord) => record.created_at >= answered.created_at,
      ],
      [
        `since=${answered.created_at.slice(0, 16)}Z`,
        (record: CompletionRecord) => record.created_at >= answered.created_at.slice(0, 16),
      ],
      [
        `since=${answered.created_at.slice(0, 19)}Z`,
        (record: CompletionRecord) => record.created_at >= answered.created_at.slice(0, 19),
      ],
      ["since=2999-01-01", () => false],
    ] as const) {
      const { status, body } = await list(query);
      expect([query, status, body.items]).toEqual([query, 200, all.filter(wanted)]);
    }
  });

  test.each(["since=yesterday", "since=2026-1-1", "status=open", "providr=openai"])(
    "%s is 400",
    async (query) => {
      const { status, body } = await list<Refusal>(query);
      expect([status, body.error.details.field]).toEqual([400, query.split("=")[0]]);
    },
  );
});
