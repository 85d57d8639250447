import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { EvaluationListing, EvaluationRecord } from "../../../src/domain/evaluation.ts";
import { ANSWER_BYTES_MAX, LISTED_BYTES_MAX, type Page } from "../../../src/domain/page.ts";
import type { EvaluationRow } from "../../../src/store/evaluations.ts";
import type { Refusal } from "../../support/benchmarks.ts";
import { createUser } from "../../support/cast.ts";
import { evaluationRow } from "../../support/rows.ts";
import { ask, dataOf, errorOf } from "../../support/server/graphql.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";
import { openStoreIn } from "../../support/store.ts";
import { tempDirs } from "../../support/temp-dir.ts";

const LONG = "x".repeat(LISTED_BYTES_MAX + 1);
const WHOLE = evaluationRow({
  model: "long",
  input: LONG,
  output: "ä".repeat(LISTED_BYTES_MAX / 2 + 1),
  expected: null,
  references: [LONG, "another"],
  context: [LONG],
  metrics: { rubric: null, f1: 1 },
  reasons: { rubric: LONG },
  notes: { f1: LONG },
  explanations: { f1: LONG },
  plugins: [{ name: LONG, version: "1.0.0", content_hash: "a hash" }],
  metric_requests: [{ name: "rubric", params: { rubric: LONG } }, "f1"],
});
const LEFT_OUT: EvaluationListing["left_out"] = [
  "input",
  "output",
  "expected",
  "context",
  "reasons",
  "notes",
  "explanations",
  "plugins",
  "metric_requests",
];
/** The rows of the attack: a hundred outputs of a megabyte in all. */
const BIG = Array.from({ length: 100 }, () =>
  evaluationRow({ model: "big", input: "x".repeat(5_000), output: "y".repeat(5_000) }),
);
/** In JSON, a control character takes six bytes. */
const ESCAPED = "\u0001".repeat(LISTED_BYTES_MAX);
const FULL = "x".repeat(LISTED_BYTES_MAX - 100);
const EXPANDING = Array.from({ length: 100 }, () =>
  evaluationRow({
    model: "expanding",
    input: ESCAPED,
    output: ESCAPED,
    expected: ESCAPED,
    context: [FULL],
    reasons: { rubric: FULL },
    notes: { f1: FULL },
    explanations: { f1: FULL },
  }),
);

const tempDir = tempDirs();
let server: TestServer;
let viewer: string;

beforeAll(async () => {
  const data_dir = tempDir();
  const store = await openStoreIn(data_dir);
  const event = (row: EvaluationRow) => ({ ...row, notes: {}, explanations: {} });
  for (const row of [WHOLE, ...BIG, ...EXPANDING])
    await store.evaluations.add(row, { topic: "evaluation.results", data: event(row) });
  await store.close();
  server = await startServer({ data_dir });
  viewer = (await createUser(server, "viewer@example.com", "viewer")).token;
});
afterAll(() => server.stop());

const get = <Body>(path: string) => server.request<Body>("GET", `/v1/evaluations${path}`, { token: viewer });
const query = (text: string, variables?: object) => ask(server, text, variables, { token: viewer });

describe("a long field", () => {
  test("of a listed evaluation is null and named; by its id the evaluation is whole", async () => {
    const { evaluation_id } = WHOLE;
    const { body } = await get<Page<EvaluationListing>>("?model=long");
    const [listed] = body.items;
    expect(listed?.left_out.toSorted()).toEqual(LEFT_OUT.toSorted());
    for (const field of LEFT_OUT) expect([field, listed?.[field]]).toEqual([field, null]);
    const { references, ...row } = WHOLE;
    const whole = (await get<EvaluationRecord>(`/${evaluation_id}`)).body;
    expect<unknown>(whole).toEqual({ ...row, expected: references });
  });

  test("is null and named in GraphQL's list too", async () => {
    const fields = "input output expected context leftOut metrics { name reason note explanation }";
    const listed = dataOf(await query(`{ evaluations(model: "long") { items { ${fields} } } }`));
    const none = { reason: null, note: null, explanation: null };
    const leftOut = ["input", "output", "expected", "context", "metrics.reason", "metrics.note"];
    const [item] = (listed.evaluations as { items: { leftOut: string[] }[] }).items;
    expect(item).toEqual({
      input: null,
      output: null,
      expected: null,
      context: null,
      leftOut: expect.arrayContaining([...leftOut, "metrics.explanation"]),
      metrics: [
        { name: "rubric", ...none },
        { name: "f1", ...none },
      ],
    } as never);
    const id = WHOLE.evaluation_id;
    const whole = dataOf(await query(`{ evaluation(id: "${id}") { input leftOut } }`)).evaluation;
    expect(whole).toEqual({ input: LONG, leftOut: [] });
  });
});

describe("an answer of many items", () => {
  test("has no long texts in it", async () => {
    const answer = await get<Page<EvaluationListing>>("?model=big&page_size=100");
    expect(answer.body.items).toHaveLength(100);
    expect(JSON.stringify(answer.body).length).toBeLessThan(100_000);
  });

  test("is refused beyond its bound, with advice", async () => {
    const { status, body } = await get<Refusal>("?model=expanding&page_size=100");
    expect([status, body.error.details]).toEqual([
      400,
      {
        field: "page_size",
        fault: expect.stringMatching(
          /^100 items have \d+ bytes; at most 8388608 are sent\. Ask for fewer items/,
        ),
        maximum_bytes: ANSWER_BYTES_MAX,
      } as never,
    ]);
    expect((await get("?model=expanding&page_size=50")).status).toBe(200);
  });
});

describe("a query over the bound of an answer", () => {
  const aliases = (count: number, field: string) =>
    Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(" ");

  test("by aliases times page size is refused before it runs", async () => {
    const text = `{ ${aliases(15, "evaluations(pageSize: 100) { items { input output } }")} }`;
    const answer = await query(text);
    const { fault, maximum_bytes } = errorOf(answer, "BAD_REQUEST").extensions.details;
    expect(maximum_bytes).toBe(ANSWER_BYTES_MAX);
    expect(fault).toMatch(/^may have an answer of 1\d,\d{3},\d{3} bytes; at most 8,388,608 are sent/);
    expect(answer.body.data).toBeUndefined();
  });

  test.each([
    ["a variable", "query ($n: Int) { ALL }", "evaluations(pageSize: $n) { items { input output } }"],
    [
      "a fragment",
      "{ ALL } fragment f on EvaluationNode { input output }",
      "evaluations(pageSize: 100) { items { ...f } }",
    ],
    ["an inline fragment", "{ ALL }", "evaluations(pageSize: 100) { items { ... { input output } } }"],
    ["long aliases", "{ ALL }", `evaluations(pageSize: 100) { items { ${"b".repeat(8_000)}: score } }`],
  ])("is found behind %s", async (_what, text, field) => {
    errorOf(await query(text.replace("ALL", aliases(15, field)), { n: 100 }), "BAD_REQUEST");
  });

  test.each([
    ["short fields", `{ ${aliases(15, "evaluations(pageSize: 100) { items { evaluationId score } }")} }`],
    ["the default page", `{ ${aliases(15, "evaluations { items { input output } }")} }`],
    ["one large page", "{ evaluations(pageSize: 100) { items { input output expected context } total } }"],
  ])("is not seen in %s", async (_what, text) => {
    dataOf(await query(text));
  });

  test("by whole records is refused; a single one is always answered", async () => {
    const output = "z".repeat(700_000);
    const scored = await server.request<EvaluationRecord>("POST", "/v1/evaluations", {
      token: server.token,
      body: { provider: "a", model: "whole", input: "i", output, metrics: ["json_valid"] },
    });
    const one = `evaluation(id: "${scored.body.evaluation_id}") { output }`;
    dataOf(await query(`{ ${aliases(10, one)} }`));
    const { fault } = errorsOf(await query(`{ ${aliases(15, one)} }`));
    expect(fault).toMatch(/^asks for records of more than 8388608 bytes together/);
  });
});

/** The details of the first of several errors. */
function errorsOf({ body }: Awaited<ReturnType<typeof query>>) {
  const [first] = body.errors ?? [];
  expect(first?.extensions.code).toBe("BAD_REQUEST");
  return first?.extensions.details ?? {};
}
