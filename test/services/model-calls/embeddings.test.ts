import { afterEach, expect, test } from "bun:test";
import { exactly } from "../../../src/domain/concurrency.ts";
import { createProviders } from "../../../src/providers/index.ts";
import { failureOf } from "../../support/deltas.ts";
import { createCalls } from "../../support/model-calls.ts";
import { tempDirs } from "../../support/temp-dir.ts";
import { createUpstream, type UpstreamOptions } from "../../support/upstream/index.ts";

const MODEL = "text-embedding-3-small";
const ONE = { model: MODEL, texts: ["one"] };
const newDir = tempDirs();
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

async function callsTo(options: UpstreamOptions, concurrency?: number) {
  const upstream = createUpstream(options);
  const { calls, provider, close } = await createCalls(
    newDir(),
    upstream.url,
    concurrency === undefined ? undefined : exactly(concurrency),
  );
  open.push(close, upstream.stop);
  return { calls, provider, upstream };
}

test("an embedding call has vectors, tokens, cost and time", async () => {
  const { calls, provider } = await callsTo({});
  const call = await calls.embed(provider, { model: MODEL, texts: ["one two", "three"] });
  expect(call).toMatchObject({
    vectors: [
      [7, 2, 1],
      [5, 1, 1],
    ],
    model: MODEL,
    usage: { prompt_tokens: 3, completion_tokens: 0, total_tokens: 3 },
    retries: 0,
  });
  // USD 0.02 per million tokens, by the built-in catalogue.
  expect(call.cost_usd).toBeCloseTo(3 * 0.02e-6, 15);
  expect(call.latency_ms).toBeGreaterThan(0);
});

test("embedding is retried after a failure that may pass", async () => {
  const { calls, provider, upstream } = await callsTo({
    fault: (call) => (call === 1 ? { status: 503, headers: { "retry-after-ms": "1" } } : undefined),
  });
  expect((await calls.embed(provider, ONE)).retries).toBe(1);
  expect(upstream.calls).toBe(2);
});

test("embeddings share the provider's slots, and their time is limited", async () => {
  const { calls, provider, upstream } = await callsTo({ fault: "hang" }, 1);
  const first = failureOf(calls.embed(provider, ONE, { limits: { total_ms: 80 } }));
  const second = failureOf(
    calls.embed(provider, { model: MODEL, texts: ["two"] }, { limits: { total_ms: 40 } }),
  );
  expect(await second).toMatchObject({ reason: "timeout" });
  expect(upstream.calls).toBe(1);
  expect(await first).toMatchObject({ reason: "timeout" });
});

test("tokens that the provider does not report are estimated and marked", async () => {
  const upstream = createUpstream();
  open.push(upstream.stop);
  const { calls, provider } = await callsTo({});
  const google = createProviders({
    google: { api_key: "key-0123456789", base_url: `${upstream.url}/google/v1beta` },
  }).find("google");
  const { usage } = await calls.embed(google ?? provider, {
    model: "gemini-embedding-001",
    texts: ["hello world"],
  });
  expect(usage).toEqual({ prompt_tokens: 2, completion_tokens: 0, total_tokens: 2, estimated: true });
});

test("a provider without embeddings refuses them", async () => {
  const { calls } = await callsTo({});
  const error = await failureOf(
    calls.embed(calls.require("baseline", "echo"), { model: "echo", texts: ["one"] }),
  );
  expect(error).toMatchObject({ provider: "baseline", reason: "invalid_request" });
});
