import { afterEach, describe, expect, test } from "bun:test";
import type { Completion } from "../../../src/domain/completions/completion.ts";
import { ProviderError } from "../../../src/providers/provider.ts";
import { toAppError } from "../../../src/services/model-calls/index.ts";
import { startBenchmark } from "../../support/benchmarks.ts";
import { failureOf } from "../../support/deltas.ts";
import { createCalls, readCall, request } from "../../support/model-calls.ts";
import { startServer } from "../../support/server/index.ts";
import { tempDirs } from "../../support/temp-dir.ts";
import { waitUntil } from "../../support/timing/waiting.ts";
import { createUpstream, type Fault, type UpstreamOptions } from "../../support/upstream/index.ts";

const newDir = tempDirs();
const AT_ONCE = { "retry-after-ms": "1" };
const stopped: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stopped.splice(0)) await stop();
});

/** Returns model calls to an upstream with this behaviour. */
async function callsOf(options: UpstreamOptions, limit = 8) {
  const upstream = createUpstream(options);
  const tools = await createCalls(newDir(), upstream.url, { min: limit, max: limit, start: limit });
  stopped.push(upstream.stop, tools.close);
  return { ...tools, upstream };
}

/** Fails with each fault in turn, then answers. */
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
  ] as [string, Fault][])("after %s return the answer, and are counted", async (_what, fault) => {
    const { calls, provider, upstream } = await callsOf({ fault: failing(fault), answer: () => "one two" });
    const call = await calls.call(provider, request());
    expect([call.completion.text, call.retries, upstream.calls]).toEqual(["one two", 1, 2]);
  });

  test("of streams are made only before the first piece", async () => {
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

  test("are at most three", async () => {
    const { calls, provider, upstream } = await callsOf({ fault: { status: 500, headers: AT_ONCE } });
    expect((await failureOf(calls.call(provider, request()))).reason).toBe("server_error");
    expect(upstream.calls).toBe(4);
  });

  test("are made while the upstream does not listen yet", async () => {
    const gone = createUpstream();
    await gone.stop();
    const port = Number(new URL(gone.url).port);
    const { calls, provider, close } = await createCalls(newDir(), gone.url);
    const calling = calls.call(provider, request());
    const server = Bun.serve({
      port,
      hostname: "127.0.0.1",
      fetch: () =>
        Response.json({
          id: "1",
          object: "chat.completion",
          created: 1,
          model: "late",
          choices: [{ index: 0, message: { role: "assistant", content: "here" }, finish_reason: "stop" }],
        }),
    });
    stopped.push(close, () => server.stop(true));
    expect((await calling).completion.text).toBe("here");
  });

  test("are not made if the wait exceeds the time that is left; the caller gets the wait", async () => {
    const { calls, provider, upstream } = await callsOf({
      fault: { status: 429, headers: { "retry-after": "30" } },
    });
    const failure = await failureOf(calls.call(provider, request(), { limits: { total_ms: 20_000 } }));
    expect([failure.reason, failure.retry_after_ms, upstream.calls]).toEqual(["rate_limited", 30_000, 1]);
  });
});

const chunkOf = (content: string): string =>
  `data: ${JSON.stringify({
    id: "1",
    object: "chat.completion.chunk",
    created: 1,
    model: "slow",
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  })}\n\n`;

/** Sends the headers of a stream, then each piece after `pause_ms`, then nothing more. */
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
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    fetch: () => new Response(body(), { headers }),
  });
  stopped.push(() => server.stop(true));
  return `http://127.0.0.1:${server.port}`;
}

describe("time limits", () => {
  const LIMITS = { connect_ms: 5_000, first_token_ms: 5_000, idle_ms: 5_000, total_ms: 10_000 };

  test("connect: an upstream that does not begin to answer is not called twice", async () => {
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
      "The first token did not arrive within 50 ms.",
    ]);
  });

  test("idle", async () => {
    const { calls, provider, upstream } = await callsOf({ fault: "stall", answer: () => "one two three" });
    const limits = { ...LIMITS, idle_ms: 50 };
    const failure = await failureOf(readCall(calls.stream(provider, request(), { limits })));
    expect(failure.message).toBe("The stream stalled: no data arrived within 50 ms.");
    await waitUntil(() => upstream.requests[0]?.aborted, { poll_ms: 2 });
    expect(upstream.calls).toBe(1);
  });

  test("idle: does not count while the reader does not read", async () => {
    const { calls, provider } = await callsOf({ answer: () => "one two three" });
    const texts: string[] = [];
    const limits = { ...LIMITS, idle_ms: 200 };
    for await (const delta of calls.stream(provider, request(), { limits })) {
      if (delta.type === "text") texts.push(delta.text);
      await Bun.sleep(250);
    }
    expect(texts.join("")).toBe("one two three");
  });

  test("total: pieces that come slowly", async () => {
    const { calls, provider, close } = await createCalls(newDir(), dripping(Array(100).fill("a "), 10));
    stopped.push(close);
    const limits = { ...LIMITS, total_ms: 150 };
    const failure = await failureOf(readCall(calls.stream(provider, request(), { limits })));
    expect(failure.message).toBe("The answer was not complete within 150 ms.");
  });

  test("total: an answer in one piece, and a call that waits for a slot", async () => {
    const { calls, provider, upstream } = await callsOf({ fault: "hang" }, 1);
    const [held, waiting] = [300, 50].map((total_ms) =>
      failureOf(calls.call(provider, request(), { limits: { total_ms } })),
    );
    expect((await waiting)?.message).toBe(
      "The call was not sent: no slot for 'openai' came free in time. The answer was not complete within 50 ms.",
    );
    expect((await held)?.message).toBe("The answer was not complete within 300 ms.");
    expect(upstream.calls).toBe(1);
  });
});

/** Allows `allowed` calls at once and answers 429 above. */
function bounded(allowed: number, hold_ms: number) {
  const seen = { running: 0, most: 0, refused: 0 };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
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
        id: "1",
        object: "chat.completion",
        created: 1,
        model: "m",
        choices: [{ index: 0, message, finish_reason: "stop" }],
        usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
      });
    },
  });
  stopped.push(() => server.stop(true));
  return { seen, url: `http://127.0.0.1:${server.port}` };
}

test("the error for the caller names the field at fault", () => {
  const error = new ProviderError("acme", "invalid_request", "too hot", { field: "temperature" });
  expect(toAppError(error)).toMatchObject({
    code: "BAD_REQUEST",
    details: { field: "temperature", provider: "acme", reason: "invalid_request" },
  });
});

describe("loading a package of a vendor", () => {
  test("takes no slot, and does not count as time of a call", async () => {
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

  test("that fails makes the call fail", async () => {
    const { calls, provider, close } = await createCalls(newDir(), "http://127.0.0.1:1");
    stopped.push(close);
    const load = () => Promise.reject(new ProviderError("openai", "not_configured", "no package"));
    const error = await failureOf(calls.call({ ...provider, load }, request()));
    expect(error).toMatchObject({ reason: "not_configured", message: "no package" });
  });
});

describe("the limit of calls at once", () => {
  test("adapts: no call fails, and refusals become rare", async () => {
    const { seen, url } = bounded(30, 2);
    const { calls, provider, close } = await createCalls(newDir(), url, { min: 1, max: 100, start: 20 });
    stopped.push(close);
    const callMany = (count: number) =>
      Promise.all(
        Array.from({ length: count }, () => calls.call(provider, request(), { priority: "batch" })),
      );
    expect(await callMany(1_500)).toHaveLength(1_500);
    const [learning, count] = [seen.refused, 3_000];
    expect(seen.most).toBe(30);
    expect(await callMany(count)).toHaveLength(count);
    expect(learning).toBeGreaterThan(0);
    // The limit exceeds the known maximum after ten full rounds, so about one call in 300 is refused.
    expect(seen.refused - learning).toBeLessThan(count / 100);
  });

  test("refuses callers if the queue is full, and says when to come back", async () => {
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

  test("is shared by benchmarks and completions, and completions go first", async () => {
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
      openai_api_key: "sk",
      openai_base_url: `${upstream.url}/v1`,
      openai_concurrency: 2,
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
    // Both slots may come free at the same moment, and each goes to the next caller in turn.
    expect(order.slice(0, 4)).toContain("completion");
  });
});
