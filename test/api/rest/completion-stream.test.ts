import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { type ServerEvent, serverSentEvents } from "../../../src/api/rest/support/sse.ts";
import type { CompletionRecord } from "../../../src/domain/completions/completion.ts";
import type { Page } from "../../../src/domain/page.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";
import { readCompletion, sseEvents, streamCompletion } from "../../support/server/sse.ts";
import { waitUntil } from "../../support/timing/waiting.ts";
import { createUpstream, type Upstream, type UpstreamOptions } from "../../support/upstream/index.ts";

const OPENAI = { provider: "openai", model: "gpt-4o-mini" };
const ANTHROPIC = { provider: "anthropic", model: "claude-sonnet-4-5" };

let behaviour: UpstreamOptions = {};
let upstream: Upstream;
let server: TestServer;

beforeAll(async () => {
  upstream = createUpstream({
    answer: (body) => behaviour.answer?.(body) ?? "one two three four",
    fault: (call) => (typeof behaviour.fault === "function" ? behaviour.fault(call) : behaviour.fault),
  });
  server = await startServer({
    openai_api_key: "sk-test",
    openai_base_url: `${upstream.url}/v1`,
    anthropic_api_key: "sk-ant-test",
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

/** The newest record once there is one more than before. */
async function recordAfter<Result>(act: () => Promise<Result>): Promise<[Result, CompletionRecord]> {
  const list = async () =>
    (
      await server.request<Page<CompletionRecord>>("GET", "/v1/completions?page_size=1", {
        token: server.token,
      })
    ).body;
  const { total } = await list();
  const result = await act();
  for (;;) {
    const page = await list();
    const [record] = page.items;
    if (record && page.total > total) return [result, record];
    await Bun.sleep(5);
  }
}

const stream = (request: object) => streamCompletion(server, request);

describe("a streamed completion", () => {
  test.each([
    ["mock", { provider: "mock", model: "mock" }],
    ["openai", OPENAI],
    ["anthropic", ANTHROPIC],
  ])("of %s comes in deltas, then done with the whole, which is stored", async (_name, target) => {
    const [response, record] = await recordAfter(() => stream(target));
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(response.headers.get("x-request-id")).toBeString();
    const { names, texts, done } = await readCompletion(response);
    expect(names).toEqual([...texts.map(() => "delta"), "done"]);
    expect(texts.length).toBeGreaterThan(1);
    expect(done).toMatchObject({
      ...{ text: texts.join(""), provider: target.provider, finish_reason: "stop", retries: 0 },
      ...{ cache: "off", warnings: [] },
    });
    expect(done?.usage?.completion_tokens).toBe(texts.length);
    expect(done?.usage?.estimated).toBeUndefined();
    expect(done?.cost_usd === 0).toBe(target.provider === "mock");
    expect(done?.ttft_ms).toBeLessThanOrEqual(done?.latency_ms ?? 0);
    expect(record).toMatchObject({
      ...{ request_id: done?.request_id, status: "completed", text: done?.text, usage: done?.usage },
      ...{ cost_usd: done?.cost_usd, ttft_ms: done?.ttft_ms, latency_ms: done?.latency_ms, error: null },
    });
  });

  test("whose provider reports no usage has an estimated one, marked as such", async () => {
    behaviour = { answer: () => ({ text: "one two three four", usage: false }) };
    const { done } = await readCompletion(await stream(OPENAI));
    // o200k: `hello` is one token beside the six of the format, and each of the four words is one.
    expect(done?.usage).toEqual({
      prompt_tokens: 7,
      completion_tokens: 4,
      total_tokens: 11,
      estimated: true,
    });
    expect(done?.cost_usd).toBeCloseTo((7 * 0.15 + 4 * 0.6) / 1e6, 12);
    expect(done?.tokens_per_second).toBeNull();
  });

  test("that fails before its first piece is an ordinary error, and stored", async () => {
    behaviour = { fault: { status: 401 } };
    const [response, record] = await recordAfter(() => stream(OPENAI));
    expect([response.status, response.headers.get("content-type")]).toEqual([
      503,
      "application/json; charset=utf-8",
    ]);
    expect(await response.json()).toMatchObject({
      error: { code: "SERVICE_UNAVAILABLE", details: { provider: "openai", reason: "authentication" } },
    });
    expect(record).toMatchObject({ status: "failed", text: null, usage: null, answered_provider: null });
    expect(record.error).toStartWith("authentication: ");
  });

  test("of a bad request never becomes a stream", async () => {
    const response = await stream({ ...OPENAI, messages: [{ role: "user", content: "hi" }] });
    expect([response.status, (await response.json()).error.details.field]).toEqual([400, "prompt"]);
  });
});

describe("a stream that breaks upstream", () => {
  test.each([
    ["is cut", "cut", OPENAI, /^(unreachable|invalid_response): /],
    ["is cut", "cut", ANTHROPIC, /^(unreachable|invalid_response): /],
    ["ends without a finish reason", "unfinished", OPENAI, /^invalid_response: /],
    ["ends without a finish reason", "unfinished", ANTHROPIC, /^invalid_response: /],
  ] as const)(
    "as it %s (%s) ends in an error, and what came is recorded",
    async (_what, fault, target, why) => {
      behaviour = { fault };
      const [{ names, texts, done, error }, record] = await recordAfter(async () =>
        readCompletion(await stream(target)),
      );
      expect(done).toBeNull();
      expect(names).toEqual([...texts.map(() => "delta"), "error"]);
      expect(texts.length).toBeGreaterThan(0);
      expect(error?.error.code).toBe("SERVICE_UNAVAILABLE");
      expect(error?.error.details.provider).toBe(target.provider);
      expect(record).toMatchObject({
        ...{ status: "failed", text: texts.join(""), finish_reason: "error" },
        ...{ answered_provider: target.provider, usage: { estimated: true } },
      });
      expect(record.usage?.completion_tokens).toBeGreaterThan(0);
      expect(record.cost_usd).toBeGreaterThan(0);
      expect(record.error).toMatch(why);
      expect(record.latency_ms).toBeGreaterThanOrEqual(record.ttft_ms ?? Number.NaN);
      expect(record.retries).not.toBeNull();
    },
  );

  test("has the cost of the fallback's model when it was the fallback's", async () => {
    behaviour = { fault: (call) => (call === first ? { status: 401 } : "cut") };
    const first = upstream.calls + 1;
    const dear = { provider: "openai", model: "gpt-4o" };
    const [, record] = await recordAfter(async () =>
      readCompletion(await stream({ ...OPENAI, fallbacks: [dear] })),
    );
    const { prompt_tokens = 0, completion_tokens = 0 } = record.usage ?? {};
    expect(record).toMatchObject({ model: OPENAI.model, answered_provider: "openai" });
    expect(record.cost_usd).toBeCloseTo((prompt_tokens * 2.5 + completion_tokens * 10) / 1e6, 12);
  });

  test("is not retried and not handed to a fallback: somebody has read it", async () => {
    behaviour = { fault: "cut" };
    const calls = upstream.calls;
    const { done, error } = await readCompletion(await stream({ ...OPENAI, fallbacks: [ANTHROPIC] }));
    expect([done, error?.error.details.provider, upstream.calls]).toEqual([null, "openai", calls + 1]);
  });
});

describe("a client that leaves", () => {
  test.each([
    ["in the middle", "stall", OPENAI, /^cancelled: /],
    ["in the middle", "stall", ANTHROPIC, /^cancelled: /],
    ["before the first piece", "hang", OPENAI, /^cancelled: /],
  ] as const)("%s (%s) hangs up on the provider, and is recorded", async (_when, fault, target, why) => {
    behaviour = { fault };
    const leaving = new AbortController();
    const calls = upstream.calls;
    const [, record] = await recordAfter(async () => {
      const asked = streamCompletion(server, target, leaving.signal).then(async (response) => {
        await sseEvents(response).next();
        leaving.abort();
      });
      await waitUntil(() => upstream.calls !== calls, { poll_ms: 2 });
      if (fault === "hang") leaving.abort();
      await asked.catch(() => undefined);
    });
    await waitUntil(() => upstream.requests.at(-1)?.aborted, { poll_ms: 2 });
    expect(record).toMatchObject({ status: "failed", provider: target.provider });
    expect(record.error).toMatch(why);
    expect(record.text === null).toBe(fault === "hang");
    expect(record.usage?.estimated ?? null).toBe(fault === "hang" ? null : true);
    expect(record.latency_ms).toBeGreaterThan(0);
    expect(record.ttft_ms === null).toBe(fault === "hang");
  });

  test("while waiting for a place is recorded as well, and takes none", async () => {
    const narrow = await startServer({
      openai_api_key: "sk",
      openai_base_url: `${upstream.url}/v1`,
      openai_concurrency: 1,
    });
    behaviour = { fault: "hang" };
    const [first, second] = [new AbortController(), new AbortController()];
    const calls = upstream.calls;
    const holding = streamCompletion(narrow, OPENAI, first.signal);
    await waitUntil(() => upstream.calls !== calls, { poll_ms: 2 });
    const waiting = streamCompletion(narrow, OPENAI, second.signal);
    await Bun.sleep(200);
    second.abort();
    expect((await Promise.allSettled([waiting]))[0].status).toBe("rejected");
    const records = async () =>
      (await narrow.request<Page<CompletionRecord>>("GET", "/v1/completions", { token: narrow.token })).body
        .items;
    await waitUntil(async () => (await records()).length !== 0);
    first.abort();
    expect((await Promise.allSettled([holding]))[0].status).toBe("rejected");
    await waitUntil(async () => (await records()).length !== 1);
    expect((await records()).map(({ error }) => error?.split(":")[0])).toEqual(["cancelled", "cancelled"]);
    // The one that was never begun has waited, and taken no time.
    const never = (await records()).filter(({ latency_ms }) => latency_ms === null);
    expect(never).toHaveLength(1);
    expect(never[0]?.queue_ms).toBeGreaterThan(20);
    expect(upstream.calls).toBe(calls + 1);
    await narrow.stop();
  });
});

describe("server-sent events", () => {
  test("of a silent generator are comments, until the next event", async () => {
    const gate = Promise.withResolvers<void>();
    async function* events(): AsyncGenerator<ServerEvent> {
      yield { event: "delta", data: "1" };
      await gate.promise;
      yield { data: "2" };
    }
    const names: string[] = [];
    for await (const { name, data } of sseEvents(
      serverSentEvents(events(), () => undefined, { keep_alive_ms: 5 }),
    )) {
      names.push(name === "comment" ? data : name);
      if (names.length === 3) gate.resolve();
    }
    expect(names.slice(0, 3)).toEqual(["delta", "keep-alive", "keep-alive"]);
    expect(names.at(-1)).toBe("");
  });

  test("tell of a reader who leaves at once, even while the next event is awaited", async () => {
    const left = Promise.withResolvers<void>();
    let ended = false;
    async function* events(): AsyncGenerator<ServerEvent> {
      try {
        yield { data: "1" };
        await left.promise;
      } finally {
        ended = true;
      }
    }
    const reader = serverSentEvents(events(), left.resolve).body?.getReader();
    await reader?.read();
    const pending = reader?.read();
    await reader?.cancel();
    await pending;
    expect(ended).toBe(true);
  });

  test("are not kept for a reader who stands still", async () => {
    const left = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    async function* events(): AsyncGenerator<ServerEvent> {
      try {
        yield { data: "1" };
        yield { data: "2" };
      } finally {
        ended.resolve();
      }
    }
    const limits = { keep_alive_ms: 5, stalled_ms: 20 };
    const reader = serverSentEvents(events(), left.resolve, limits).body?.getReader();
    await reader?.read();
    await Promise.all([left.promise, ended.promise]);
    expect(reader?.closed).rejects.toThrow("The reader stands still.");
  });

  test("are made no faster than they are read", async () => {
    let made = 0;
    async function* events(): AsyncGenerator<ServerEvent> {
      while (made < 100) yield { data: String(++made) };
    }
    const reader = serverSentEvents(events(), () => undefined).body?.getReader();
    await reader?.read();
    await Bun.sleep(5);
    expect(made).toBe(1);
    await reader?.cancel();
  });
});
