import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { Completion, CompletionRecord } from "../../../src/domain/completions/completion.ts";
import type { Page } from "../../../src/domain/page.ts";
import type { Refusal } from "../../support/benchmarks.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";
import { waitUntil } from "../../support/timing/waiting.ts";
import {
  createUpstream,
  type Fault,
  type Upstream,
  type UpstreamOptions,
} from "../../support/upstream/index.ts";

const KEY = "sk-proj-0123456789abcdefghij";
const VENDORS = { openai: "gpt-4o-mini", anthropic: "claude-sonnet-4-5" } as const;
type Vendor = keyof typeof VENDORS;

/** Each test decides what the upstream does; all share one server. */
let behaviour: UpstreamOptions = {};
let upstream: Upstream;
let server: TestServer;

beforeAll(async () => {
  upstream = createUpstream({
    answer: (body) => behaviour.answer?.(body) ?? "an answer",
    fault: (call) => (typeof behaviour.fault === "function" ? behaviour.fault(call) : behaviour.fault),
  });
  server = await startServer({
    openai_api_key: KEY,
    openai_base_url: `${upstream.url}/v1`,
    openai_concurrency: 3,
    anthropic_api_key: KEY,
    anthropic_base_url: upstream.url,
  });
});
afterEach(() => {
  behaviour = {};
});
afterAll(async () => {
  await server.stop();
  await upstream.stop();
});

const complete = <Body = Completion>(request: object = {}, vendor: Vendor = "openai", to = server) =>
  to.request<Body>("POST", "/v1/completions", {
    token: to.token,
    body: { provider: vendor, model: VENDORS[vendor], prompt: "hello", ...request },
  });

async function newest(): Promise<CompletionRecord | undefined> {
  const { body } = await server.request<Page<CompletionRecord>>("GET", "/v1/completions?page_size=1", {
    token: server.token,
  });
  return body.items[0];
}

describe("a completion", () => {
  test.each(["openai", "anthropic"] as const)("of %s is answered and stored", async (vendor) => {
    const { status, body } = await complete({ system: "Be brief.", temperature: 0, max_tokens: 50 }, vendor);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      text: "an answer",
      model: VENDORS[vendor],
      provider: vendor,
      finish_reason: "stop",
      usage: { completion_tokens: 2 },
    });
    expect(body.cost_usd).toBeGreaterThan(0);
    const { body: record } = await server.request<CompletionRecord>(
      "GET",
      `/v1/completions/${body.request_id}`,
      {
        token: server.token,
      },
    );
    expect(record).toMatchObject({
      request_id: body.request_id,
      status: "completed",
      provider: vendor,
      model: VENDORS[vendor],
      answered_model: VENDORS[vendor],
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "hello" },
      ],
      params: { temperature: 0, max_tokens: 50 },
      text: "an answer",
      usage: body.usage,
      latency_ms: body.latency_ms,
      cost_usd: body.cost_usd,
      error: null,
    });
  });

  test("of a model without a known price has no cost", async () => {
    const { body } = await complete({ model: "a-model-of-our-own" });
    expect(body.cost_usd).toBeNull();
  });

  test("that the model cut short says so and is still a success", async () => {
    behaviour = { answer: () => "one two three four five" };
    const { status, body } = await complete({ max_tokens: 2 });
    expect([status, body.finish_reason, body.text.trim()]).toEqual([201, "length", "one two"]);
  });

  test.each([
    ["neither prompt nor messages", { prompt: undefined }],
    ["both of them", { messages: [{ role: "user", content: "hi" }] }],
  ])("with %s is refused", async (_what, request) => {
    const calls = upstream.calls;
    const { status, body } = await complete<Refusal>(request);
    expect([status, body.error.code, body.error.details.field]).toEqual([400, "BAD_REQUEST", "prompt"]);
    expect(upstream.calls).toBe(calls);
  });

  test("of an unknown provider is refused, naming the known providers and the nearest", async () => {
    const { status, body } = await complete<Refusal>({ provider: "openia" });
    expect([status, body.error.details.field, body.error.details.suggestion]).toEqual([
      400,
      "provider",
      "openai",
    ]);
    expect(body.error.details.accepted).toContain("mock");
  });

  test("of a model that an embedded provider does not have is refused", async () => {
    const { status, body } = await complete<Refusal>({ provider: "baseline", model: "frist" });
    expect([status, body.error.code, body.error.details.field]).toEqual([400, "BAD_REQUEST", "model"]);
  });

  test("of a provider without its key is 503, naming the variable to set", async () => {
    const bare = await startServer();
    const { status, body } = await complete<Refusal>({}, "openai", bare);
    await bare.stop();
    expect([status, body.error.code]).toEqual([503, "SERVICE_UNAVAILABLE"]);
    expect(body.error.details).toMatchObject({
      provider: "openai",
      reason: "not_configured",
      requires: ["OPENAI_API_KEY"],
    });
  });
});

describe("a failure of the provider", () => {
  /** Asks for a wait of one millisecond, so that retries are quick. */
  const headers = { "retry-after-ms": "1" };
  const failures: [string, Fault, number, string, string][] = [
    [
      "a request that it refuses",
      { status: 400, message: "max_tokens is too large" },
      400,
      "BAD_REQUEST",
      "invalid_request",
    ],
    [
      "a model that it has not",
      { status: 404, message: "no such model" },
      400,
      "BAD_REQUEST",
      "invalid_request",
    ],
    ["a key that it refuses", { status: 401 }, 503, "SERVICE_UNAVAILABLE", "authentication"],
    ["a key without rights", { status: 403 }, 503, "SERVICE_UNAVAILABLE", "authentication"],
    ["too many requests", { status: 429, headers }, 503, "SERVICE_UNAVAILABLE", "rate_limited"],
    ["a fault of its own", { status: 500, headers }, 503, "SERVICE_UNAVAILABLE", "server_error"],
    ["overload", { status: 503, headers }, 503, "SERVICE_UNAVAILABLE", "overloaded"],
    ["nonsense", "garbage", 503, "SERVICE_UNAVAILABLE", "invalid_response"],
    ["a page of HTML", "html", 503, "SERVICE_UNAVAILABLE", "invalid_response"],
  ];
  const cases = failures.flatMap((failure) =>
    (["openai", "anthropic"] as const).map((vendor) => [vendor, ...failure] as const),
  );

  test.each(cases)(
    "%s: %s is answered as such, and stored",
    async (vendor, _what, fault, status, code, reason) => {
      behaviour = { fault };
      const answer = await complete<Refusal>({}, vendor);
      expect([answer.status, answer.body.error.code]).toEqual([status, code]);
      expect(answer.body.error.details).toMatchObject({ provider: vendor, reason });
      expect(JSON.stringify(answer.body)).not.toInclude(KEY);
      const record = await newest();
      expect(record).toMatchObject({
        status: "failed",
        provider: vendor,
        messages: [{ role: "user", content: "hello" }],
        text: null,
        usage: null,
        cost_usd: null,
      });
      expect(record?.error).toStartWith(`${reason}: `);
      expect(record?.error).not.toInclude(KEY);
    },
  );

  test("passes on the message of the provider, without the key that it contains", async () => {
    behaviour = { fault: { status: 400, message: `you sent ${KEY}, and max_tokens is too large` } };
    const { body } = await complete<Refusal>();
    expect(body.error.message).toInclude("max_tokens is too large");
    expect(body.error.message).not.toInclude(KEY);
  });

  test("that can't be reached is 503 too", async () => {
    const gone = createUpstream();
    await gone.stop();
    const alone = await startServer({ openai_api_key: KEY, openai_base_url: `${gone.url}/v1` });
    const { status, body } = await complete<Refusal>({ timeout_ms: 500 }, "openai", alone);
    await alone.stop();
    expect([status, body.error.code]).toEqual([503, "SERVICE_UNAVAILABLE"]);
    expect(["unreachable", "timeout"]).toContain(String(body.error.details.reason));
  });
});

describe("a provider that does not answer in time", () => {
  test.each(["openai", "anthropic"] as const)("%s: is hung up on, and the caller told", async (vendor) => {
    behaviour = { fault: "hang" };
    const calls = upstream.calls;
    const { status, body } = await complete<Refusal>({ timeout_ms: 200 }, vendor);
    expect([status, body.error.code]).toEqual([503, "SERVICE_UNAVAILABLE"]);
    expect(body.error.details).toMatchObject({ provider: vendor, reason: "timeout" });
    expect(upstream.calls).toBe(calls + 1);
    await waitUntil(() => upstream.requests.at(-1)?.aborted);
    expect((await newest())?.error).toStartWith("timeout: ");
  });

  test("gives its slot back: the next call goes through", async () => {
    behaviour = { fault: "hang" };
    await Promise.all(Array.from({ length: 3 }, () => complete({ timeout_ms: 100 })));
    behaviour = {};
    expect((await complete()).status).toBe(201);
  });
});

describe("calls at once", () => {
  test("never exceed the limit of their provider, and all are made", async () => {
    let running = 0;
    let most = 0;
    behaviour = {
      answer: async () => {
        most = Math.max(most, ++running);
        await Bun.sleep(5);
        running--;
        return "an answer";
      },
    };
    const answers = await Promise.all(Array.from({ length: 30 }, () => complete()));
    expect(answers.map(({ status }) => status)).toEqual(Array(30).fill(201));
    expect(most).toBeWithin(1, 4);
  });

  test("to one provider don't wait for those to another", async () => {
    const gate = Promise.withResolvers<string>();
    behaviour = { answer: ({ model }) => (model === VENDORS.openai ? gate.promise : "an answer") };
    const calls = upstream.calls;
    const held = Array.from({ length: 5 }, () => complete());
    await waitUntil(() => upstream.calls >= calls + 3, { poll_ms: 2 });
    expect((await complete({}, "anthropic")).status).toBe(201);
    gate.resolve("late");
    for (const { body } of await Promise.all(held)) expect(body.text).toBe("late");
  });

  test("wait for a slot in `queue_ms`, which is no part of their latency", async () => {
    const gate = Promise.withResolvers<string>();
    behaviour = { answer: ({ max_tokens }) => (max_tokens === 50 ? gate.promise : "an answer") };
    const calls = upstream.calls;
    const holding = Array.from({ length: 3 }, () => complete({ max_tokens: 50 }));
    await waitUntil(() => upstream.calls >= calls + 3, { poll_ms: 2 });
    const waited_ms = 300;
    const unaccountedOf = async (): Promise<number> => {
      const started = performance.now();
      const { body } = await complete();
      return performance.now() - started - (body.latency_ms ?? Number.NaN);
    };
    const waiting = [unaccountedOf(), unaccountedOf()];
    await Bun.sleep(waited_ms);
    expect(upstream.calls).toBe(calls + 3);
    gate.resolve("late");
    for (const { body } of await Promise.all(holding))
      expect(body.latency_ms).toBeGreaterThan(waited_ms - 10);
    for (const unaccounted_ms of await Promise.all(waiting))
      expect(unaccounted_ms).toBeGreaterThan(waited_ms - 10);
  });
});

test("the counters of calls are on /metrics", async () => {
  behaviour = { fault: { status: 401 } };
  await complete();
  const { body } = await server.request<string>("GET", "/metrics", { token: server.token });
  expect(body).toMatch(/provider_calls_total\{provider="openai",result="authentication"\} [1-9]/);
  expect(body).toMatch(/provider_calls_total\{provider="openai",result="ok"\} [1-9]/);
});
