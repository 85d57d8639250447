import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { EvaluationBatch, EvaluationRecord } from "../../../src/domain/evaluation.ts";
import type { Page } from "../../../src/domain/page.ts";
import type { Refusal } from "../../support/benchmarks.ts";
import { MARKS, markAskedFor } from "../../support/marks.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";
import { openSocket } from "../../support/server/socket.ts";
import { waitUntil } from "../../support/timing/waiting.ts";
import { createUpstream, type Upstream, type UpstreamOptions } from "../../support/upstream/index.ts";

let behaviour: UpstreamOptions = {};
let upstream: Upstream;
let server: TestServer;
beforeAll(async () => {
  upstream = createUpstream({
    answer: (body) => behaviour.answer?.(body) ?? "1",
    fault: (call) => (typeof behaviour.fault === "function" ? behaviour.fault(call) : behaviour.fault),
  });
  server = await startServer(
    { openai_api_key: "sk-test", openai_base_url: `${upstream.url}/v1`, openai_concurrency: 4 },
    { metrics: MARKS },
  );
});
afterEach(() => {
  behaviour = {};
});
afterAll(async () => {
  await server.stop();
  await upstream.stop();
});

const JUDGE = { provider: "openai", model: "gpt-4o-mini" };
const SHARED = { provider: "openai", model: "gpt-4", metrics: ["exact_match"] };
const item = (fields: object = {}) => ({ input: "2 + 2?", output: "4", expected: "4", ...fields });

const send = <Body = EvaluationBatch>(batch: object) =>
  server.request<Body>("POST", "/v1/evaluations/batch", {
    token: server.token,
    body: { ...SHARED, ...batch },
  });

async function evaluated(items: unknown[], more: object = {}): Promise<EvaluationBatch> {
  const { status, body } = await send({ items, ...more });
  expect([status, body]).toEqual([201, body]);
  return body;
}

const list = async (query = ""): Promise<Page<EvaluationRecord>> =>
  (await server.request<Page<EvaluationRecord>>("GET", `/v1/evaluations${query}`, { token: server.token }))
    .body;

describe("a batch", () => {
  test("of 1,000 items is answered in their order; all are stored and published", async () => {
    const socket = await openSocket(server.url, server.token);
    await socket.ask({ type: "subscribe", topics: ["evaluation.results"] });
    const items = Array.from({ length: 1000 }, (_, index) =>
      item({ input: `question ${index}`, output: index % 4 === 0 ? "5" : "4" }),
    );
    const { items: outcomes, succeeded, failed } = await evaluated(items, { model: "of-a-thousand" });
    expect([succeeded, failed]).toEqual([1000, 0]);
    expect(outcomes.map(({ index }) => index)).toEqual([...items.keys()]);
    expect(outcomes.map(({ evaluation }) => evaluation?.score)).toEqual(
      items.map((_, index) => (index % 4 === 0 ? 0 : 1)),
    );
    const ids = new Set(outcomes.map(({ evaluation }) => evaluation?.evaluation_id));
    expect(ids.size).toBe(1000);
    expect((await list("?model=of-a-thousand")).total).toBe(1000);
    const published = new Set<unknown>();
    while (published.size < 1000)
      published.add(((await socket.next()).data as { evaluation_id: string }).evaluation_id);
    expect(published).toEqual(ids);
    await socket.close();
  });

  test("records the author of each item: its own or the batch's", async () => {
    const items = [item(), item({ provider: "a person", model: "by hand" }), item({ model: "gpt-5" })];
    const { items: outcomes } = await evaluated(items);
    const records = (await list("?page_size=3")).items;
    const authorOf = (index: number) => {
      const id = outcomes[index]?.evaluation?.evaluation_id;
      const { provider, model } = records.find(({ evaluation_id }) => evaluation_id === id) ?? {};
      return [provider, model];
    };
    expect([0, 1, 2].map(authorOf)).toEqual([
      ["openai", "gpt-4"],
      ["a person", "by hand"],
      ["openai", "gpt-5"],
    ]);
  });

  test("may be larger than other request bodies", async () => {
    const output = "x".repeat(900_000);
    const { succeeded } = await evaluated(Array(10).fill(item({ output })));
    expect(succeeded).toBe(10);
  });
});

describe("a bad item", () => {
  test.each([
    ["a missing field", { input: "2 + 2?" }, "items.1.output", "is required"],
    ["an unknown field", item({ outptu: "4" }), "items.1.outptu", /did you mean 'output'/],
    ["a wrong kind", item({ output: 4 }), "items.1.output", "must be a string, not a number"],
    ["what is no object", "4", "items.1", /must be an object/],
    [
      "what a metric needs",
      item({ expected: undefined }),
      "items.1.expected",
      /required by the metric 'exact_match'/,
    ],
  ])("with %s does not harm others, and its error names the field", async (_, bad, field, fault) => {
    const before = (await list()).total;
    const { items, succeeded, failed } = await evaluated([item(), bad, item()]);
    expect([succeeded, failed, (await list()).total - before]).toEqual([2, 1, 2]);
    expect(items.map(({ evaluation }) => evaluation?.score)).toEqual([1, undefined, 1]);
    const { code, details } = items[1]?.error ?? {};
    expect([code, details?.field]).toEqual(["BAD_REQUEST", field]);
    expect(details?.fault).toMatch(fault);
  });

  test("is an item without an author, if the batch has none", async () => {
    const { body } = await send({ items: [item(), item({ model: "gpt-4" })], model: undefined });
    expect(body.items.map(({ error }) => error?.details.field)).toEqual(["items.0.model", undefined]);
  });

  test("that causes an internal error does not show its details", async () => {
    const { items } = await evaluated([item(), item({ output: "break" }), item()], { metrics: ["broken"] });
    expect(items.map(({ evaluation, error }) => evaluation?.score ?? error?.code)).toEqual([
      1,
      "INTERNAL_ERROR",
      1,
    ]);
    expect(JSON.stringify(items)).not.toContain("a bug");
  });

  test("that the judge can't judge is scored null with the reason", async () => {
    behaviour = { answer: (body) => (markAskedFor(body)?.output === "b" ? "no idea" : "0.5") };
    const items = ["a", "b", "c"].map((output) => item({ output }));
    const { items: outcomes, succeeded } = await evaluated(items, { metrics: ["politeness"], judge: JUDGE });
    expect(succeeded).toBe(3);
    expect(outcomes.map(({ evaluation }) => evaluation?.score)).toEqual([0.5, null, 0.5]);
    expect(outcomes[1]?.evaluation?.reasons.politeness).toContain("no idea");
  });
});

test("without a judge each item is judged by its own author, as far as that can judge", async () => {
  const items = [
    item(),
    item({ provider: "a person", model: "by hand" }),
    item({ provider: "mock", model: "mock" }),
    item({ model: "gpt-5" }),
  ];
  const { items: outcomes } = await evaluated(items, { metrics: ["politeness"] });
  expect(outcomes.map(({ evaluation }) => evaluation?.judge?.model)).toEqual([
    "gpt-4",
    undefined,
    undefined,
    "gpt-5",
  ]);
  expect(outcomes[0]?.evaluation?.judge).toMatchObject({ self: true });
  for (const index of [1, 2])
    expect(outcomes[index]?.error?.details).toMatchObject({
      field: `items.${index}.judge`,
      metric: "politeness",
    });
});

describe("what is wrong with the whole", () => {
  test.each([
    [
      "a judge that is missing",
      { provider: "a person", metrics: ["politeness"] },
      400,
      { field: "judge", metric: "politeness" },
    ],
    [
      "a judge without a key",
      { metrics: ["politeness"], judge: { provider: "anthropic", model: "claude-sonnet-4-5" } },
      503,
      { requires: ["ANTHROPIC_API_KEY"] },
    ],
    ["an unknown metric", { metrics: ["politness"] }, 400, { suggestion: "politeness" }],
  ])("such as %s: no item is begun", async (_, more, code, details) => {
    const before = [(await list()).total, upstream.calls];
    const { status, body } = await send<Refusal>({ items: [item()], ...more });
    expect({ status, details: body.error.details }).toMatchObject({ status: code, details });
    expect([(await list()).total, upstream.calls]).toEqual(before);
  });
});

test("if the caller leaves, finished items are kept and no further item is begun", async () => {
  const DONE = 3;
  const first = upstream.calls;
  behaviour = { fault: (call) => (call > first + DONE ? "hang" : undefined) };
  const items = Array.from({ length: 200 }, (_, index) => item({ output: `left ${index}` }));
  const leaving = new AbortController();
  const left = fetch(`${server.url}/v1/evaluations/batch`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
    body: JSON.stringify({ ...SHARED, model: "left", metrics: ["politeness"], judge: JUDGE, items }),
    signal: leaving.signal,
  });
  await waitUntil(async () => (await list("?model=left")).total >= DONE);
  leaving.abort();
  expect(left).rejects.toThrow();
  await waitUntil(() => upstream.requests.slice(first + DONE).every(({ aborted }) => aborted));
  await Bun.sleep(20);
  // The provider gets at most four calls at once: those were ended, and no other was made.
  expect(upstream.calls - first).toBeLessThanOrEqual(DONE + 4);
  expect((await list("?model=left")).total).toBe(DONE);
});
