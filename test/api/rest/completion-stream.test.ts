import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { Elysia } from "elysia";
import pino from "pino";
import { streamCompletion as streamResponse } from "../../../src/api/rest/completion-stream.ts";
import { AppError } from "../../../src/base/errors.ts";
import type { CompletionRecord } from "../../../src/domain/completions/completion.ts";
import type { Page } from "../../../src/domain/page.ts";
import type { CompletionEvent } from "../../../src/services/completions/index.ts";
import { loggedError } from "../../../src/telemetry/log.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";
import { readCompletion, sseEvents, streamCompletion } from "../../support/server/sse.ts";
import { waitUntil } from "../../support/timing/waiting.ts";
import { createUpstream, type Upstream, type UpstreamOptions } from "../../support/upstream/index.ts";

const SILENT = pino({ level: "silent" });
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

/** Runs `act`, waits for one more stored completion than before, and returns both. */
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
  ])("of %s consists of deltas, then `done` with the stored completion", async (_name, target) => {
    const [response, record] = await recordAfter(() => stream(target));
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(response.headers.get("x-request-id")).toBeString();
    const { names, texts, done } = await readCompletion(response);
    expect(names).toEqual([...texts.map(() => "delta"), "done"]);
    expect(texts.length).toBeGreaterThan(1);
    expect(done).toMatchObject({
      text: texts.join(""),
      provider: target.provider,
      finish_reason: "stop",
      retries: 0,
      cache: "off",
      warnings: [],
    });
    expect(done?.usage?.completion_tokens).toBe(texts.length);
    expect(done?.usage?.estimated).toBeUndefined();
    expect(done?.cost_usd === 0).toBe(target.provider === "mock");
    expect(done?.ttft_ms).toBeLessThanOrEqual(done?.latency_ms ?? 0);
    expect(record).toMatchObject({
      request_id: done?.request_id,
      status: "completed",
      text: done?.text,
      usage: done?.usage,
      cost_usd: done?.cost_usd,
      ttft_ms: done?.ttft_ms,
      latency_ms: done?.latency_ms,
      error: null,
    });
  });

  test("has an estimated usage, marked as such, if the provider reports none", async () => {
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

  test("that fails before its first piece is an ordinary error, and is stored", async () => {
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

  test("of a bad request is an ordinary error", async () => {
    const response = await stream({ ...OPENAI, messages: [{ role: "user", content: "hi" }] });
    expect([response.status, (await response.json()).error.details.field]).toEqual([400, "prompt"]);
  });
});

describe("a stream that its provider breaks off", () => {
  test.each([
    ["is cut", "cut", OPENAI, /^(unreachable|invalid_response): /],
    ["is cut", "cut", ANTHROPIC, /^(unreachable|invalid_response): /],
    ["ends without a finish reason", "unfinished", OPENAI, /^invalid_response: /],
    ["ends without a finish reason", "unfinished", ANTHROPIC, /^invalid_response: /],
  ] as const)(
    "because it %s (%s) ends with an error, and its partial text is recorded",
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
        status: "failed",
        text: texts.join(""),
        finish_reason: "error",
        answered_provider: target.provider,
        usage: { estimated: true },
      });
      expect(record.usage?.completion_tokens).toBeGreaterThan(0);
      expect(record.cost_usd).toBeGreaterThan(0);
      expect(record.error).toMatch(why);
      expect(record.latency_ms).toBeGreaterThanOrEqual(record.ttft_ms ?? Number.NaN);
      expect(record.retries).not.toBeNull();
    },
  );

  test("has the cost of the fallback's model if the fallback answered", async () => {
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

  test("is neither retried nor passed to a fallback, because the reader already has its beginning", async () => {
    behaviour = { fault: "cut" };
    const calls = upstream.calls;
    const { done, error } = await readCompletion(await stream({ ...OPENAI, fallbacks: [ANTHROPIC] }));
    expect([done, error?.error.details.provider, upstream.calls]).toEqual([null, "openai", calls + 1]);
  });
});

describe("a client that disconnects", () => {
  test.each([
    ["in the middle", "stall", OPENAI, /^cancelled: /],
    ["in the middle", "stall", ANTHROPIC, /^cancelled: /],
    ["before the first piece", "hang", OPENAI, /^cancelled: /],
  ] as const)("%s (%s) ends the provider's call, and is recorded", async (_when, fault, target, why) => {
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

  test("while its call is queued is recorded, and makes no call", async () => {
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
    // The second call was queued and never made.
    const queued = (await records()).filter(({ latency_ms }) => latency_ms === null);
    expect(queued).toHaveLength(1);
    expect(queued[0]?.queue_ms).toBeGreaterThan(20);
    expect(upstream.calls).toBe(calls + 1);
    await narrow.stop();
  });
});

/** Reads a stream that fails after its first piece. Returns what the reader got, and the lines of the log. */
async function readFailing(error: Error) {
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { serializers: { err: loggedError } },
    { write: (line: string) => void lines.push(JSON.parse(line)) },
  );
  async function* pieces(): AsyncGenerator<CompletionEvent> {
    yield { type: "text", text: "one" };
    throw error;
  }
  const app = new Elysia().get("/", ({ request }) => streamResponse({ request, log, begin: pieces }));
  const read = await readCompletion(await app.handle(new Request("http://localhost/")));
  return { read, lines };
}

test("an internal error in the middle of a stream is logged in full, and hidden from the reader", async () => {
  const { read, lines } = await readFailing(new TypeError("the inside of it"));
  expect(read).toMatchObject({ texts: ["one"], done: null, error: { error: { code: "INTERNAL_ERROR" } } });
  expect(JSON.stringify(read)).not.toContain("the inside");
  expect(lines).toEqual([
    expect.objectContaining({
      level: 50,
      code: "INTERNAL_ERROR",
      request_id: read.error?.request_id,
      err: expect.objectContaining({ type: "TypeError", message: "the inside of it" }),
    }),
  ]);
});

test("a provider's failure in the middle of a stream is logged", async () => {
  const { lines } = await readFailing(new AppError("SERVICE_UNAVAILABLE", "It broke off."));
  expect(lines).toEqual([expect.objectContaining({ code: "SERVICE_UNAVAILABLE", msg: "It broke off." })]);
});

test("a caller that disconnects is logged as information, not as an error", async () => {
  const left = new AppError("SERVICE_UNAVAILABLE", "The call was cancelled.", { reason: "cancelled" });
  expect((await readFailing(left)).lines).toEqual([expect.objectContaining({ level: 30 })]);
});

test("a caller's own fault is not logged", async () => {
  expect((await readFailing(new AppError("BAD_REQUEST", "too long"))).lines).toEqual([]);
});

describe("a completion whose first piece is late", () => {
  const PATIENCE_MS = 20;

  function startLate() {
    const { promise, resolve, reject } = Promise.withResolvers<CompletionEvent>();
    const ended = Promise.withResolvers<void>();
    async function* pieces(signal: AbortSignal): AsyncGenerator<CompletionEvent> {
      signal.addEventListener("abort", () => reject(new AppError("SERVICE_UNAVAILABLE", "left")));
      try {
        yield await promise;
      } finally {
        ended.resolve();
      }
    }
    const app = new Elysia().get("/", ({ request }) =>
      streamResponse({ request, log: SILENT, begin: pieces, patience_ms: PATIENCE_MS }),
    );
    const response = app.handle(new Request("http://localhost/"));
    return { response, resolve, reject, ended: ended.promise };
  }

  test("begins its response without the piece, so that the connection stays open", async () => {
    const { response, resolve } = startLate();
    const begun = await response;
    expect(begun.headers.get("content-type")).toStartWith("text/event-stream");
    resolve({ type: "text", text: "at last" });
    expect(await readCompletion(begun)).toMatchObject({ texts: ["at last"], error: null });
  });

  test("reports a later failure as an event", async () => {
    const { response, reject } = startLate();
    const begun = await response;
    reject(new AppError("SERVICE_UNAVAILABLE", "It broke off."));
    expect(await readCompletion(begun)).toMatchObject({ names: ["error"], done: null });
  });

  test("is ended when its reader disconnects before the piece", async () => {
    const { response, ended } = startLate();
    await (await response).body?.cancel();
    await ended;
  });
});

test("a completion whose reader disconnects before reading anything is ended", async () => {
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  async function* pieces(): AsyncGenerator<CompletionEvent> {
    try {
      yield { type: "text", text: "one" };
    } finally {
      resolve("ended");
    }
  }
  const app = new Elysia().get("/", ({ request }) => streamResponse({ request, log: SILENT, begin: pieces }));
  await (await app.handle(new Request("http://localhost/"))).body?.cancel();
  expect(await Promise.race([ended, Bun.sleep(500)])).toBe("ended");
});
