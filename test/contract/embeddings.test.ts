import { afterEach, describe, expect, test } from "bun:test";
import OpenAI from "openai";
import { createProviders } from "../../src/providers/index.ts";
import type { Provider } from "../../src/providers/provider.ts";
import { failureOf } from "../support/deltas.ts";
import { waitUntil } from "../support/timing/waiting.ts";
import { createUpstream, type Upstream, type UpstreamOptions } from "../support/upstream/index.ts";
import { FAULTS, KEY, KINDS } from "./provider-kinds.ts";

const running: Upstream[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((upstream) => upstream.stop()));
});

function start(options: UpstreamOptions = {}): Upstream {
  const upstream = createUpstream(options);
  running.push(upstream);
  return upstream;
}

/** Providers whose package or API has no embeddings. */
const WITHOUT = ["baseline", "anthropic", "groq", "deepseek", "xai", "cerebras", "huggingface"];
/** Names by which the vendors' packages choose the form of a request. */
const MODELS: Readonly<Record<string, string>> = { "amazon-bedrock": "amazon.titan-embed-text-v2:0" };
const TEXTS = ["the cat sat", "on the mat", "and was silent for a while"];

const embedderOf = (name: string, upstream: Upstream) => {
  const kind = KINDS.find((known) => known.name === name);
  const provider = kind && createProviders(kind.accountAt(upstream.url)).find(name);
  if (!provider?.embed) throw new Error(`${name} does not embed`);
  return provider as Provider & Required<Pick<Provider, "embed">>;
};

test("the listing says which providers embed texts, and the others cannot", () => {
  const { listings, find } = createProviders({
    endpoints: { "my-server": { base_url: "http://127.0.0.1:1" } },
  });
  expect(listings.filter(({ embeddings }) => !embeddings).map(({ name }) => name)).toEqual(WITHOUT);
  for (const { name, embeddings } of listings) expect(Boolean(find(name)?.embed)).toBe(embeddings);
});

const REMOTE = KINDS.map(({ name }) => name).filter((name) => name !== "mock" && !WITHOUT.includes(name));

describe.each(REMOTE)("embeddings of %s", (name) => {
  const model = MODELS[name] ?? "text-embedding-3-small";
  const request = { model, texts: TEXTS };

  test("has a vector for each text in their order, and the tokens that were read", async () => {
    const embedding = await embedderOf(name, start()).embed(request);
    expect(embedding.vectors).toEqual([
      [11, 3, 1],
      [10, 3, 1],
      [26, 6, 1],
    ]);
    expect(embedding.model).toBe(model);
    // Gemini's API reports no usage for embeddings.
    expect(embedding.usage).toEqual(name === "google" ? null : { prompt_tokens: 12 });
  });

  test("embeds a single text, and none without a call", async () => {
    const upstream = start();
    const provider = embedderOf(name, upstream);
    expect((await provider.embed({ model, texts: ["one two"] })).vectors).toEqual([[7, 2, 1]]);
    expect(upstream.calls).toBe(1);
    expect(await provider.embed({ model, texts: [] })).toEqual({ vectors: [], model, usage: null });
    expect(upstream.calls).toBe(1);
  });

  test("accepts more texts than its vendor accepts per call", async () => {
    const texts = Array.from({ length: 120 }, (_, index) => "x".repeat(1 + (index % 90)));
    const { vectors } = await embedderOf(name, start()).embed({ model, texts });
    expect(vectors.map(([letters]) => letters)).toEqual(texts.map(({ length }) => length));
  });

  test.each([
    ["too few", (texts: readonly string[]) => texts.slice(1).map(() => [1, 2])],
    [
      "of different lengths",
      (texts: readonly string[]) => texts.map(({ length }) => [1, 2, 3].slice(length % 3)),
    ],
    ["empty", (texts: readonly string[]) => texts.map(() => [])],
  ])("refuses vectors that are %s", async (_what, embed) => {
    const error = await failureOf(embedderOf(name, start({ embed })).embed(request));
    expect(error).toMatchObject({ provider: name, reason: "invalid_response", retryable: false });
  });

  test.each([
    ["401", "authentication", false],
    ["429", "rate_limited", true],
    ["500", "server_error", true],
    ["garbage", "invalid_response", false],
  ] as const)("%s fails as it does for completions", async (fault, reason, retryable) => {
    const error = await failureOf(embedderOf(name, start({ fault: FAULTS[fault] })).embed(request));
    expect(error).toMatchObject({ provider: name, reason, retryable });
    expect(error.message).not.toContain(KEY);
  });

  test("stops when it is aborted, and closes the connection", async () => {
    const upstream = start({ fault: "hang" });
    const controller = new AbortController();
    const failing = failureOf(embedderOf(name, upstream).embed(request, { signal: controller.signal }));
    await waitUntil(() => upstream.calls !== 0, { poll_ms: 1 });
    controller.abort();
    expect(await failing).toMatchObject({ reason: "cancelled" });
    await waitUntil(() => upstream.requests[0]?.aborted, { poll_ms: 1 });
  });
});

test("numbers that no double can hold are refused", async () => {
  const body =
    '{"object":"list","data":[{"embedding":[1e999]}],"usage":{"prompt_tokens":1,"total_tokens":1}}';
  const { find } = createProviders({ openai: { api_key: KEY }, fetch: async () => new Response(body) });
  const error = await failureOf(Promise.resolve(find("openai")?.embed?.({ model: "any", texts: ["a"] })));
  expect(error).toMatchObject({ reason: "invalid_response" });
});

test("OpenAI's own client sends what ours does, and reads the upstream's answer", async () => {
  const upstream = start();
  const client = new OpenAI({ apiKey: KEY, baseURL: `${upstream.url}/v1`, maxRetries: 0 });
  const input = [...TEXTS];
  const model = "text-embedding-3-small";
  const official = await client.embeddings.create({ model, input, encoding_format: "float" });
  const ours = await embedderOf("openai", upstream).embed({ model, texts: TEXTS });
  expect(ours.vectors).toEqual(official.data.map(({ embedding }) => embedding));
  const [theirs, sent] = upstream.requests;
  expect(sent?.body).toEqual(theirs?.body ?? sent?.body);
  expect(sent?.path).toBe(theirs?.path ?? "");
});
