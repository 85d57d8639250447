import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { idsFrom, newId } from "../../../src/base/ids.ts";
import type { EvaluationListing, EvaluationRecord } from "../../../src/domain/evaluation.ts";
import { parseSince } from "../../../src/domain/fields.ts";
import type { Page } from "../../../src/domain/page.ts";
import type { Refusal } from "../../support/benchmarks.ts";
import { evaluationRow } from "../../support/rows.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";
import { openDatabaseIn, openStoreIn } from "../../support/store.ts";
import { tempDirs } from "../../support/temp-dir.ts";

const tempDir = tempDirs();
const DAY_MS = 86_400_000;
const FIRST = Date.parse("2026-03-01T00:00:00.000Z");

/** Twelve evaluations on twelve days, of three models of two providers, by two callers. */
const ROWS = Array.from({ length: 12 }, (_, index) => {
  const at = FIRST + index * DAY_MS;
  return evaluationRow({
    evaluation_id: newId(at),
    created_at: new Date(at).toISOString(),
    provider: index % 2 === 0 ? "openai" : "anthropic",
    model: `model-${index % 3}`,
    created_by: index < 4 ? "a caller" : "another",
    score: index === 11 ? null : index / 10,
    input: String(index),
  });
});

let server: TestServer;
const data_dir = tempDir();
beforeAll(async () => {
  const store = await openStoreIn(data_dir);
  for (const row of ROWS) {
    const { evaluation_id, score, metrics, created_at, methods, reasons } = row;
    const event = { evaluation_id, score, metrics, created_at, methods, reasons, notes: {}, judge: null };
    await store.evaluations.add(row, { topic: "evaluation.results", data: { ...event, embedding: null } });
  }
  await store.close();
  server = await startServer({ data_dir });
});
afterAll(() => server.stop());

const get = <Body>(query: string) =>
  server.request<Body>("GET", `/v1/evaluations${query}`, { token: server.token });

/** Returns the numbers of the evaluations on a page. */
async function listed(query: string): Promise<number[]> {
  const { status, body } = await get<Page<EvaluationRecord>>(query);
  expect(status).toBe(200);
  expect(body.total).toBeGreaterThanOrEqual(body.items.length);
  return body.items.map(({ input }) => Number(input));
}

describe("the list of evaluations", () => {
  test.each([
    ["", [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
    ["?provider=openai", [10, 8, 6, 4, 2, 0]],
    ["?model=model-1", [10, 7, 4, 1]],
    ["?provider=openai&model=model-1", [10, 4]],
    ["?caller=a%20caller", [3, 2, 1, 0]],
    ["?since=2026-03-10", [11, 10, 9]],
    ["?since=2026-03-10T00:00", [11, 10, 9]],
    ["?since=2026-03-10T00:00:00.001Z", [11, 10]],
    ["?min_score=0.8", [10, 9, 8]],
    ["?max_score=0.1", [1, 0]],
    ["?min_score=0.3&max_score=.5", [5, 4, 3]],
    ["?min_score=1", [10]],
    ["?provider=anthropic&min_score=0.5&since=2026-03-05", [9, 7, 5]],
    ["?provider=nobody", []],
  ])("%s lists the matching ones, newest first", async (query, wanted) => {
    expect(await listed(query)).toEqual(wanted);
  });

  test("pages the matching ones", async () => {
    const { body } = await get<Page<EvaluationRecord>>("?provider=openai&page=2&page_size=4");
    expect(body).toMatchObject({ total: 6, page: 2, page_size: 4, total_pages: 2 });
    expect(body.items.map(({ input }) => input)).toEqual(["2", "0"]);
  });

  test("returns each with all its fields", async () => {
    const { body } = await get<Page<EvaluationListing>>("?min_score=1");
    const { references: _, explanations: __, ...row } = ROWS[10]!;
    expect(body.items).toEqual([{ ...(row as EvaluationRecord), left_out: [] }]);
    expect((await get<EvaluationRecord>(`/${row.evaluation_id}`)).body).toEqual(row as EvaluationRecord);
  });

  test.each([
    ["?min_score=2", "min_score", "must be a number from 0 to 1"],
    ["?min_score=0x1", "min_score", "must be a number from 0 to 1"],
    ["?max_score=-0.1", "max_score", "must be a number from 0 to 1"],
    ["?min_score=0.5&max_score=0.4", "min_score", "must not exceed 'max_score', which is 0.4"],
    ["?since=yesterday", "since", /^must be a day or a time in UTC/],
    [
      "?since=2026-13-45",
      "since",
      "is not an existing day or time, such as 2026-11-23 or 2026-11-23T08:00:00Z",
    ],
    [
      "?since=2026-02-31",
      "since",
      "is not an existing day or time, such as 2026-11-23 or 2026-11-23T08:00:00Z",
    ],
    [
      "?since=2026-04-31T08:00Z",
      "since",
      "is not an existing day or time, such as 2026-11-23 or 2026-11-23T08:00:00Z",
    ],
    [
      "?since=2026-03-10T24:00",
      "since",
      "is not an existing day or time, such as 2026-11-23 or 2026-11-23T08:00:00Z",
    ],
    ["?provider=", "provider", "must not be empty"],
    ["?metric=f1", "metric", /^is not a known field/],
    ["?page_size=101", "page_size", /^must be from 1 to 100/],
    ["?model=a&model=b", "model", "is given more than once"],
  ])("%s is refused", async (query, field, fault) => {
    const { status, body } = await get<Refusal>(query);
    expect([status, body.error.details.field]).toEqual([400, field]);
    expect(body.error.details.fault).toMatch(fault);
  });
});

test("a row that is older than references and notes is read back", async () => {
  const store = await openStoreIn(tempDir());
  const { notes, metric_requests, ...old } = evaluationRow({ metrics: { f1: 1 } });
  expect([notes, metric_requests]).not.toContain(null);
  const data = { ...old, notes: {}, explanations: {} };
  const row = { ...old, notes: null, metric_requests: null };
  await store.evaluations.add(row, { topic: "evaluation.results", data });
  expect(await store.evaluations.find(old.evaluation_id)).toEqual(row);
  await store.close();
});

test("every page is found by an index alone: rows hold long texts", async () => {
  const { client, close } = await openDatabaseIn(tempDir());
  const plans = [
    "provider = 'x'",
    "model = 'x'",
    "created_by = 'x'",
    `evaluation_id >= '${idsFrom(parseSince("2026-03-01", "since"))}'`,
    `provider = 'x' AND evaluation_id >= '${idsFrom(parseSince("2026-03-01", "since"))}'`,
    "score >= 0.5 AND score <= 0.9",
  ];
  for (const where of plans) {
    for (const sql of [
      `SELECT count(*) FROM evaluations WHERE ${where}`,
      `SELECT evaluation_id FROM evaluations WHERE ${where} ORDER BY evaluation_id DESC LIMIT 20`,
    ]) {
      const { rows } = await client.execute(`EXPLAIN QUERY PLAN ${sql}`);
      expect([sql, String(rows[0]?.detail)]).toEqual([sql, expect.stringContaining("USING COVERING INDEX")]);
    }
  }
  await close();
});
