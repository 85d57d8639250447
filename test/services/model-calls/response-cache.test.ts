import { afterEach, describe, expect, test } from "bun:test";
import { responseKey } from "../../../src/services/model-calls/response-cache.ts";
import { failureOf } from "../../support/deltas.ts";
import { createCalls, readCall, request } from "../../support/model-calls.ts";
import { tempDirs } from "../../support/temp-dir.ts";
import { waitUntil } from "../../support/timing/waiting.ts";
import { createUpstream, type UpstreamOptions } from "../../support/upstream/index.ts";

const newDir = tempDirs();
const stopped: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stopped.splice(0)) await stop();
});

async function callsOf(options: UpstreamOptions = {}) {
  let answers = 0;
  const upstream = createUpstream({ answer: () => `answer ${++answers}`, ...options });
  const tools = await createCalls(newDir(), upstream.url);
  stopped.push(upstream.stop, tools.close);
  return { ...tools, upstream };
}

/** An upstream whose first answer waits until the test releases it. */
function gated() {
  const gate = Promise.withResolvers<void>();
  let answers = 0;
  const answer = async () => {
    const number = ++answers;
    if (number === 1) await gate.promise;
    return `answer ${number}`;
  };
  return { answer, open: gate.resolve };
}

const USE = { cache: "use" } as const;

describe("the response cache", () => {
  test("is off by default", async () => {
    const { calls, provider, upstream } = await callsOf();
    const answers = [await calls.call(provider, request()), await calls.call(provider, request())];
    expect(answers.map(({ cache }) => cache)).toEqual(["off", "off"]);
    expect(upstream.calls).toBe(2);
  });

  test("returns the same answer again, without cost and latency", async () => {
    const { calls, provider, upstream } = await callsOf();
    const first = await calls.call(provider, request(), USE);
    const second = await calls.call(provider, request(), USE);
    expect(first.cache).toBe("miss");
    expect(first.cost_usd).toBeGreaterThan(0);
    expect(second).toEqual({
      completion: first.completion,
      cache: "hit",
      cost_usd: 0,
      latency_ms: null,
      ttft_ms: null,
      queue_ms: 0,
      retries: 0,
    });
    expect(upstream.calls).toBe(1);
  });

  test("calls again for `refresh`, and stores the new answer", async () => {
    const { calls, provider } = await callsOf();
    await calls.call(provider, request(), USE);
    const fresh = await calls.call(provider, request(), { cache: "refresh" });
    expect([fresh.cache, fresh.completion.text]).toEqual(["miss", "answer 2"]);
    expect((await calls.call(provider, request(), USE)).completion.text).toBe("answer 2");
  });

  test("neither stores nor shares an answer that the provider gave up", async () => {
    const ends = ["error", "error", "stop"];
    let number = 0;
    const { calls, provider } = await callsOf({
      answer: () => ({ text: "half", finish_reason: ends[number++] ?? "stop" }),
    });
    const joined = [calls.call(provider, request(), USE), calls.call(provider, request(), USE)];
    const answers = [...(await Promise.all(joined)), await calls.call(provider, request(), USE)];
    expect(answers.map(({ cache, completion }) => [cache, completion.finish_reason])).toEqual([
      ["miss", "error"],
      ["miss", "error"],
      ["miss", "stop"],
    ]);
  });

  test("serves streams and whole answers alike", async () => {
    const { calls, provider, upstream } = await callsOf();
    const streamed = await readCall(calls.stream(provider, request(), USE));
    const again = await readCall(calls.stream(provider, request(), USE));
    expect([streamed.call?.cache, again.call?.cache]).toEqual(["miss", "hit"]);
    expect(again.texts).toEqual([streamed.texts.join("")]);
    expect([again.call?.cost_usd, again.call?.latency_ms]).toEqual([0, null]);
    expect((await calls.call(provider, request(), USE)).cache).toBe("hit");
    expect(upstream.calls).toBe(1);
  });

  test("streams the tool calls of a stored answer too", async () => {
    const called = { id: "call_1", name: "weather", arguments: '{"city":"Rome"}' };
    const { calls, provider } = await callsOf({ answer: () => ({ text: "", tool_calls: [called] }) });
    await calls.call(provider, request(), USE);
    const deltas = await Array.fromAsync(calls.stream(provider, request(), USE));
    expect(deltas.map(({ type }) => type)).toEqual(["tool_call", "finish"]);
    expect(deltas[0]).toEqual({ type: "tool_call", index: 0, ...called });
  });

  test("does not store failures", async () => {
    const { calls, provider } = await callsOf({
      fault: (call) => (call === 1 ? { status: 401 } : undefined),
    });
    await failureOf(calls.call(provider, request(), USE));
    expect((await calls.call(provider, request(), USE)).cache).toBe("miss");
  });
});

describe("the key", () => {
  const base = { ...request(), temperature: 0 };
  const key = responseKey("openai", base);

  test("is the same for the same request, in any order of its fields", () => {
    const { temperature, messages, model } = base;
    expect(responseKey("openai", { temperature, messages, model })).toBe(key);
  });

  test.each([
    ["model", { model: "gpt-4o" }],
    ["messages", { messages: [{ role: "system" as const, content: "hello" }] }],
    ["temperature", { temperature: 1 }],
    ["top_p", { top_p: 0.5 }],
    ["max_tokens", { max_tokens: 5 }],
    ["stop", { stop: ["."] }],
    ["seed", { seed: 1 }],
    ["response_format", { response_format: { type: "json_object" as const } }],
    ["tools", { tools: [{ type: "function" as const, function: { name: "f" } }] }],
    ["tool_choice", { tool_choice: "none" as const }],
    ["top_logprobs", { top_logprobs: 0 }],
    ["choices", { choices: ["a", "b"] }],
    ["repeat", { repeat: 1 }],
  ])("differs by %s", (_field, change) => {
    expect(responseKey("openai", { ...base, ...change })).not.toBe(key);
  });

  test("differs by provider", () => {
    expect(responseKey("anthropic", base)).not.toBe(key);
  });
});

describe("identical calls in flight", () => {
  test("are joined, whole or streamed", async () => {
    const { answer, open } = gated();
    const { calls, provider, upstream } = await callsOf({ answer });
    const leader = readCall(calls.stream(provider, request(), USE));
    await waitUntil(() => upstream.calls !== 0, { poll_ms: 2 });
    const others = [
      calls.call(provider, request(), USE),
      readCall(calls.stream(provider, request(), USE)).then(({ call }) => call),
    ];
    await Bun.sleep(10);
    open();
    expect((await leader).call?.cache).toBe("miss");
    for (const call of await Promise.all(others))
      expect([call?.cache, call?.completion.text, call?.cost_usd]).toEqual(["hit", "answer 1", 0]);
    expect(upstream.calls).toBe(1);
  });

  test("are made once more, by one of them, if the first caller leaves", async () => {
    const { answer } = gated();
    const { calls, provider, upstream } = await callsOf({ answer });
    const leaving = new AbortController();
    const leader = failureOf(calls.call(provider, request(), { ...USE, signal: leaving.signal }));
    await waitUntil(() => upstream.calls !== 0, { poll_ms: 2 });
    const others = Array.from({ length: 5 }, () => calls.call(provider, request(), USE));
    await Bun.sleep(10);
    leaving.abort();
    expect((await leader).reason).toBe("cancelled");
    const answers = await Promise.all(others);
    expect(answers.map(({ completion }) => completion.text)).toEqual(Array(5).fill("answer 2"));
    expect(answers.map(({ cache }) => cache).sort()).toEqual(["hit", "hit", "hit", "hit", "miss"]);
    expect(upstream.calls).toBe(2);
  });

  test("are made once more if the first caller stops reading its stream", async () => {
    const { calls, provider, upstream } = await callsOf({ answer: () => "one two three" });
    const leader = calls.stream(provider, request(), USE);
    await leader.next();
    const other = calls.call(provider, request(), USE);
    await Bun.sleep(10);
    await leader.return(undefined);
    expect([(await other).cache, upstream.calls]).toEqual(["miss", 2]);
  });

  test("share the provider's refusal", async () => {
    const { calls, provider, upstream } = await callsOf({ fault: { status: 400 } });
    const failing = Array.from({ length: 3 }, () => failureOf(calls.call(provider, request(), USE)));
    expect((await Promise.all(failing)).map(({ reason }) => reason)).toEqual(
      Array(3).fill("invalid_request"),
    );
    expect(upstream.calls).toBe(1);
  });

  test("keep their own time limits, and may leave while they wait", async () => {
    const { answer, open } = gated();
    const { calls, provider, upstream } = await callsOf({ answer });
    const leader = calls.call(provider, request(), USE);
    await waitUntil(() => upstream.calls !== 0, { poll_ms: 2 });
    const leaving = new AbortController();
    const hurried = failureOf(calls.call(provider, request(), { ...USE, limits: { total_ms: 30 } }));
    const left = failureOf(calls.call(provider, request(), { ...USE, signal: leaving.signal }));
    leaving.abort();
    expect([(await hurried).reason, (await left).reason]).toEqual(["timeout", "cancelled"]);
    open();
    expect((await leader).completion.text).toBe("answer 1");
  });
});
