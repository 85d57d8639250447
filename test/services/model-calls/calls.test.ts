import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { Completion, CompletionRecord } from "../../../src/domain/completions/completion.ts";
import type { Page } from "../../../src/domain/page.ts";
import { ProviderError } from "../../../src/providers/provider.ts";
import { estimateUsage } from "../../../src/services/model-calls/estimate.ts";
import { toAppError } from "../../../src/services/model-calls/index.ts";
import { type Refusal, startBenchmark } from "../../support/benchmarks.ts";
import { failureOf } from "../../support/deltas.ts";
import { createCalls, readCall, request } from "../../support/model-calls.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";
import { tempDirs } from "../../support/temp-dir.ts";
import { waitUntil } from "../../support/timing/waiting.ts";
import {
  createUpstream,
  type Fault,
  type Upstream,
  type UpstreamOptions,
} from "../../support/upstream/index.ts";

const newDir = tempDirs();
const AT_ONCE = { "retry-after-ms": "1" };
const stopped: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stopped.splice(0)) await stop();
});

/** Calls of an upstream that behaves as told. */
async function callsOf(options: UpstreamOptions, limit = 8) {
  const upstream = createUpstream(options);
  const made = await createCalls(newDir(), upstream.url, { min: limit, max: limit, start: limit });
  stopped.push(upstream.stop, made.close);
  return { ...made, upstream };
}

/** Fails in turn, then answers. */
const failing =
  (...faults: Fault[]) =>
  (call: number) =>
    faults[call - 1];

describe("retries", () => {
  test.each([
    ["429 with Retry-After", { status: 429, headers: { "retry-after": "0.01" } }],
    ["429 without", { status: 429 }],
    ["500", { status: 500, headers: AT_ONCE }],
    ["503", { status: 503, headers: AT_ONCE }],
    ["529", { status: 529, headers: AT_ONCE }],
  ] as [string, Fault][])("after %s give the answer, and are counted", async (_what, fault) => {
    const { calls, provider, upstream } = await callsOf({ fault: failing(fault), answer: () => "one two" });
    const call = await calls.call(provider, request());
    expect([call.completion.text, call.retries, upstream.calls]).toEqual(["one two", 1, 2]);
  });

  test("of streams are made until the first piece", async () => {
    const { calls, provider, upstream } = await callsOf({
      fault: failing({ status: 429, headers: AT_ONCE }, { status: 500, headers: AT_ONCE }),
      answer: () => "one two",
    });
    const { texts, call } = await readCall(calls.stream(provider, request()));
    expect([texts.join(""), call?.retries, upstream.calls]).toEqual(["one two", 2, 3]);
  });

  test.each([400, 401, 403, 404])("are not made after %d", async (status) => {
    const { calls, provider, upstream } = await callsOf({ fault: { status } });
    expect((await failureOf(calls.call(provider, request()))).status).toBe(status);
    expect((await failureOf(readCall(calls.stream(provider, request())))).status).toBe(status);
    expect(upstream.calls).toBe(2);
  });

  test("are three at most", async () => {
    const { calls, provider, upstream } = await callsOf({ fault: { status: 500, headers: AT_ONCE } });
    expect((await failureOf(calls.call(provider, request()))).reason).toBe("server_error");
    expect(upstream.calls).toBe(4);
  });

  test("are made where nobody listens yet", async () => {
    const gone = createUpstream();
    await gone.stop();
    const port = Number(new URL(gone.url).port);
    const { calls, provider, close } = await createCalls(newDir(), gone.url);
    const calling = calls.call(provider, request());
    const server = Bun.serve({
      ...{ port, hostname: "127.0.0.1" },
      fetch: () =>
        Response.json({
          ...{ id: "1", object: "chat.completion", created: 1, model: "late" },
          choices: [{ index: 0, message: { role: "assistant", content: "here" }, finish_reason: "stop" }],
        }),
    });
    stopped.push(close, () => server.stop(true));
    expect((await calling).completion.text).toBe("here");
  });

  test("don't outlast the time that is left: the wait asked for is passed on", async () => {
    const { calls, provider, upstream } = await callsOf({
      fault: { status: 429, headers: { "retry-after": "30" } },
    });
    const failure = await failureOf(calls.call(provider, request(), { limits: { total_ms: 20_000 } }));
    expect([failure.reason, failure.retry_after_ms, upstream.calls]).toEqual(["rate_limited", 30_000, 1]);
  });
});

const chunkOf = (content: string): string =>
  `data: ${JSON.stringify({
    ...{ id: "1", object: "chat.completion.chunk", created: 1, model: "slow" },
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  })}\n\n`;

/** Sends the headers of a stream and then, after `pause_ms` each, those pieces; then it goes silent. */
function dripping(pieces: readonly string[], pause_ms: number): string {
  const body = () => {
    const rest = [": begun\n\n", ...pieces.map(chunkOf)];
    return new ReadableStream<string>({
      async pull(controller) {
        const piece = rest.shift();
        if (piece === undefined) return new Promise(() => undefined);
        await Bun.sleep(pause_ms);
        controller.enqueue(piece);
      },
    }).pipeThrough(new TextEncoderStream());
  };
  const headers = { "content-type": "text/event-stream" };
  const server = Bun.serve({
    ...{ port: 0, hostname: "127.0.0.1", idleTimeout: 0 },
    fetch: () => new Response(body(), { headers }),
  });
  stopped.push(() => server.stop(true));
  return `http://127.0.0.1:${server.port}`;
}

describe("time limits", () => {
  const LIMITS = { connect_ms: 5_000, first_token_ms: 5_000, idle_ms: 5_000, total_ms: 10_000 };

  test("connect: an upstream that does not begin to answer is not paid twice", async () => {
    const { calls, provider, upstream } = await callsOf({ fault: failing("hang"), answer: () => "late" });
    const limits = { ...LIMITS, connect_ms: 200 };
    const failure = await failureOf(readCall(calls.stream(provider, request(), { limits })));
    expect([failure.reason, failure.message]).toEqual([
      "timeout",
      "The provider did not begin to answer within 200 ms.",
    ]);
    await waitUntil(() => upstream.requests[0]?.aborted, { poll_ms: 2 });
    expect(upstream.calls).toBe(1);
  });

  test("connect: the wait for a retry does not count", async () => {
    const { calls, provider } = await callsOf({
      fault: failing({ status: 429, headers: { "retry-after-ms": "400" } }),
    });
    const limits = { ...LIMITS, connect_ms: 200, first_token_ms: 200 };
    const { call } = await readCall(calls.stream(provider, request(), { limits }));
    expect(call?.retries).toBe(1);
  });

  test("first token", async () => {
    const { calls, provider, close } = await createCalls(newDir(), dripping([], 1));
    stopped.push(close);
    const limits = { ...LIMITS, first_token_ms: 50 };
    const failure = await failureOf(readCall(calls.stream(provider, request(), { limits })));
    expect([failure.reason, failure.message]).toEqual([
      "timeout",
      "The first token did not come within 50 ms.",
    ]);
  });

  test("idle", async () => {
    const { calls, provider, upstream } = await callsOf({ fault: "stall", answer: () => "one two three" });
    const limits = { ...LIMITS, idle_ms: 50 };
    const failure = await failureOf(readCall(calls.stream(provider, request(), { limits })));
    expect(failure.message).toBe("The stream fell silent: nothing came within 50 ms.");
    await waitUntil(() => upstream.requests[0]?.aborted, { poll_ms: 2 });
    expect(upstream.calls).toBe(1);
  });

  test("idle: does not count while nobody reads", async () => {
    const { calls, provider } = await callsOf({ answer: () => "one two three" });
    const texts: string[] = [];
    const limits = { ...LIMITS, idle_ms: 200 };
    for await (const delta of calls.stream(provider, request(), { limits })) {
      if (delta.type === "text") texts.push(delta.text);
      await Bun.sleep(250);
    }
    expect(texts.join("")).toBe("one two three");
  });

  test("total: a slow drip", async () => {
    const { calls, provider, close } = await createCalls(newDir(), dripping(Array(100).fill("a "), 10));
    stopped.push(close);
    const limits = { ...LIMITS, total_ms: 150 };
    const failure = await failureOf(readCall(calls.stream(provider, request(), { limits })));
    expect(failure.message).toBe("The answer was not complete within 150 ms.");
  });

  test("total: an answer in one piece, and one that waits for a place", async () => {
    const { calls, provider, upstream } = await callsOf({ fault: "hang" }, 1);
    const [held, waiting] = [300, 50].map((total_ms) =>
      failureOf(calls.call(provider, request(), { limits: { total_ms } })),
    );
    expect((await waiting)?.message).toBe(
      "No place among the calls of 'openai' came free. The answer was not complete within 50 ms.",
    );
    expect((await held)?.message).toBe("The answer was not complete within 300 ms.");
    expect(upstream.calls).toBe(1);
  });
});

/** Allows `allowed` calls at once and answers 429 above. */
function bounded(allowed: number, hold_ms: number) {
  const seen = { running: 0, most: 0, refused: 0 };
  const server = Bun.serve({
    ...{ port: 0, hostname: "127.0.0.1" },
    async fetch() {
      if (seen.running >= allowed) {
        seen.refused++;
        return Response.json({ error: { message: "busy" } }, { status: 429, headers: AT_ONCE });
      }
      seen.most = Math.max(seen.most, ++seen.running);
      await Bun.sleep(hold_ms);
      seen.running--;
      const message = { role: "assistant", content: "done" };
      return Response.json({
        ...{ id: "1", object: "chat.completion", created: 1, model: "m" },
        choices: [{ index: 0, message, finish_reason: "stop" }],
        usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
      });
    },
  });
  stopped.push(() => server.stop(true));
  return { seen, url: `http://127.0.0.1:${server.port}` };
}

test("a field at fault is named to the caller", () => {
  const error = new ProviderError("acme", "invalid_request", "too hot", { field: "temperature" });
  expect(toAppError(error)).toMatchObject({
    code: "BAD_REQUEST",
    details: { field: "temperature", provider: "acme", reason: "invalid_request" },
  });
});

describe("loading a vendor's package", () => {
  test("takes no place among the calls, and is no part of a call's time", async () => {
    const upstream = createUpstream();
    stopped.push(() => upstream.stop());
    const { calls, provider, close } = await createCalls(newDir(), upstream.url, {
      min: 1,
      max: 1,
      start: 1,
    });
    stopped.push(close);
    const { promise: loaded, resolve } = Promise.withResolvers<void>();
    const started = performance.now();
    const first = calls.call({ ...provider, load: () => loaded }, request());
    await calls.call(provider, request("meanwhile"));
    const waited_ms = 200;
    await Bun.sleep(waited_ms);
    resolve();
    const { latency_ms, queue_ms } = await first;
    const unaccounted_ms = performance.now() - started - (latency_ms ?? Number.NaN) - queue_ms;
    expect(unaccounted_ms).toBeGreaterThan(waited_ms - 10);
  });

  test("that fails is the call's failure", async () => {
    const { calls, provider, close } = await createCalls(newDir(), "http://127.0.0.1:1");
    stopped.push(close);
    const load = () => Promise.reject(new ProviderError("openai", "not_configured", "no package"));
    const error = await failureOf(calls.call({ ...provider, load }, request()));
    expect(error).toMatchObject({ reason: "not_configured", message: "no package" });
  });
});

describe("the limit of calls at once", () => {
  test("adapts: no call fails, and what the provider refuses becomes rare", async () => {
    const { seen, url } = bounded(30, 2);
    const { calls, provider, close } = await createCalls(newDir(), url, { min: 1, max: 100, start: 20 });
    stopped.push(close);
    const callMany = (count: number) =>
      Promise.all(
        Array.from({ length: count }, () => calls.call(provider, request(), { priority: "batch" })),
      );
    expect(await callMany(1_500)).toHaveLength(1_500);
    const [learning, made] = [seen.refused, 3_000];
    expect(seen.most).toBe(30);
    expect(await callMany(made)).toHaveLength(made);
    expect(learning).toBeGreaterThan(0);
    // One beyond the known is tried after ten full rounds, so about one call in 300 is refused.
    expect(seen.refused - learning).toBeLessThan(made / 100);
  });

  test("refuses callers beyond the queue, and says when to come back", async () => {
    const { calls, provider, upstream } = await callsOf({ fault: "hang" }, 1);
    const leaving = new AbortController();
    const ask = () => failureOf(calls.call(provider, request(), { signal: leaving.signal }));
    const held = Array.from({ length: 501 }, ask);
    const refused = await ask();
    expect([refused.reason, refused.retry_after_ms]).toEqual(["overloaded", 1_000]);
    expect(toAppError(refused)).toMatchObject({ status: 503, details: { retry_after: 1 } });
    leaving.abort();
    for (const { reason } of await Promise.all(held)) expect(reason).toBe("cancelled");
    expect(upstream.calls).toBeLessThanOrEqual(1);
  });

  test("is one for benchmarks and completions, and completions go first", async () => {
    const order: string[] = [];
    const gate = Promise.withResolvers<void>();
    const upstream = createUpstream({
      async answer({ messages }) {
        order.push(messages.at(-1)?.content === "me" ? "completion" : "trial");
        await gate.promise;
        return "ANSWER: A";
      },
    });
    const server = await startServer({
      ...{ openai_api_key: "sk", openai_base_url: `${upstream.url}/v1`, openai_concurrency: 2 },
    });
    stopped.push(() => server.stop(), upstream.stop);
    await startBenchmark(server, {
      providers: [{ provider: "openai", model: "gpt-4o-mini" }],
      iterations: 8,
    });
    await waitUntil(() => order.length >= 2, { poll_ms: 2 });
    const asked = server.request<Completion>("POST", "/v1/completions", {
      token: server.token,
      body: { provider: "openai", model: "gpt-4o-mini", prompt: "me" },
    });
    await Bun.sleep(50);
    expect(order).toEqual(["trial", "trial"]);
    gate.resolve();
    expect((await asked).body.text).toBe("ANSWER: A");
    // Both places may be freed in the same moment, and each takes the next in turn.
    expect(order.slice(0, 4)).toContain("completion");
  });
});

describe("fallbacks and history", () => {
  let upstream: Upstream;
  let server: TestServer;
  let fault: (call: number) => Fault | undefined = () => undefined;
  const openai = { provider: "openai", model: "gpt-4o-mini" };
  const claude = { provider: "anthropic", model: "claude-sonnet-4-5" };
  const mock = { provider: "mock", model: "mock" };

  beforeAll(async () => {
    upstream = createUpstream({ answer: () => "answered", fault: (call) => fault(call) });
    server = await startServer({
      ...{ openai_api_key: "sk", openai_base_url: `${upstream.url}/v1` },
      ...{ anthropic_api_key: "sk", anthropic_base_url: upstream.url },
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

  test("are asked in order, and the answer names who gave it and why", async () => {
    fault = () => ({ status: 401 });
    const { status, body } = await ask({ ...openai, fallbacks: [claude, mock] });
    expect([status, body.provider, body.model]).toEqual([201, "mock", "mock"]);
    expect(body.warnings[0]).toMatch(/^openai could not answer \(authentication: .*so the next was asked\.$/);
    expect(body.warnings[1]).toMatch(/^anthropic could not answer \(authentication: /);
    const { body: record } = await server.request<CompletionRecord>(
      ...(["GET", `/v1/completions/${body.request_id}`, { token: server.token }] as const),
    );
    expect(record).toMatchObject({ ...openai, answered_provider: "mock", answered_model: "mock" });
  });

  test("are not asked when the request itself is at fault", async () => {
    fault = () => ({ status: 400, message: "too long" });
    const calls = upstream.calls;
    expect((await ask({ ...openai, fallbacks: [mock] })).status).toBe(400);
    expect(upstream.calls).toBe(calls + 1);
  });

  test("that are unknown are refused before anybody is asked", async () => {
    const calls = upstream.calls;
    const { status, body } = await ask<Refusal>({ ...openai, fallbacks: [{ ...mock, provider: "mokc" }] });
    expect([status, body.error.details.field]).toEqual([400, "fallbacks.0.provider"]);
    expect(upstream.calls).toBe(calls);
  });

  test("the history is filtered by provider, model, caller, status and since", async () => {
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

  test("a provider's wait that is too long to be kept is passed on to the caller", async () => {
    fault = () => ({ status: 429, headers: { "retry-after": "300" } });
    const { status, headers, body } = await ask<Refusal>(openai);
    expect([status, headers.get("retry-after"), body.error.details.retry_after]).toEqual([503, "300", 300]);
  });

  test.each(["since=yesterday", "since=2026-1-1", "status=open", "providr=openai"])(
    "%s is 400",
    async (query) => {
      const { status, body } = await list<Refusal>(query);
      expect([status, body.error.details.field]).toEqual([400, query.split("=")[0]]);
    },
  );
});

describe("an estimate of tokens", () => {
  const count = async (text: string) => (await estimateUsage({ messages: [] }, { text })).completion_tokens;

  test("counts special tokens as the texts they are", async () => {
    expect(await count("<|endoftext|>")).toBeGreaterThan(1);
  });

  test("takes what is beyond a hundred thousand characters to be like the rest", async () => {
    const words = "one two three four ".repeat(20_000);
    expect(await count(words)).toBeWithin(0.98 * 80_000, 1.02 * 80_000);
  });

  test("ends soon for a text without blanks", async () => {
    expect(await count("a".repeat(1_000_000))).toBeWithin(122_000, 128_000);
  });
});
