import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { NOUNS, textOfOperation } from "../../../../src/api/openapi/texts/index.ts";
import type { OperationText } from "../../../../src/api/openapi/texts/noun-texts.ts";
import { startServer, type TestServer } from "../../../support/server/index.ts";

interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  responses: Record<string, { description: string }>;
}

let server: TestServer;
let operations: Operation[];
beforeAll(async () => {
  server = await startServer();
  const { body } = await server.request<{ paths: Record<string, Record<string, Operation>> }>(
    "GET",
    "/api-docs/openapi.json",
  );
  operations = Object.values(body.paths).flatMap((methods) => Object.values(methods));
});
afterAll(() => server.stop());

const texts = NOUNS.flatMap(({ tag, operations }) =>
  Object.entries<OperationText>(operations).map(([id, text]) => ({ id, tag, ...text })),
);
const prose = texts.flatMap(({ summary, description, answers }) => [
  summary,
  description ?? [],
  ...Object.values(answers),
]);

test("every operation's id is a verb and a noun, and is unique", () => {
  const ids = operations.map(({ operationId }) => operationId);
  expect(ids.filter((id) => !/^[a-z]+([A-Z][a-z]+)+$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThan(50);
});

test("every operation has a text, and every text an operation", () => {
  expect(texts.map(({ id }) => id).sort()).toEqual(operations.map(({ operationId }) => operationId).sort());
});

test("an operation's tag, summary and description are those of its text", () => {
  const described = operations.map(({ operationId, tags, summary, description }) => ({
    id: operationId,
    tag: tags.join(),
    summary,
    description,
  }));
  const written = texts.map(({ id, tag, summary, description }) => ({ id, tag, summary, description }));
  const byId = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id);
  expect(described.sort(byId)).toEqual(written.sort(byId));
});

test("each successful answer is described by its text, and no text describes another", () => {
  const successes = operations.map(({ operationId, responses }) => [
    operationId,
    Object.fromEntries(
      Object.entries(responses)
        .filter(([status]) => status.startsWith("2"))
        .map(([status, { description }]) => [status, description]),
    ),
  ]);
  expect(Object.fromEntries(successes)).toEqual(
    Object.fromEntries(texts.map(({ id, answers }) => [id, answers])),
  );
});

test("an operation without a text is an error that names it", () => {
  expect(() => textOfOperation("eatBenchmark" as "getBenchmark")).toThrow("eatBenchmark");
});

describe("the prose", () => {
  test("of summaries is short and has no full stop", () => {
    const summaries = texts.map(({ summary }) => summary);
    expect(summaries.filter((summary) => !/^[A-Z].{4,58}[^.]$/.test(summary))).toEqual([]);
  });

  test("has sentences of 25 words at most", () => {
    const sentences = prose.flat().flatMap((text) => text.split(/(?<=[.:])\s+/));
    expect(sentences.filter((sentence) => sentence.split(/\s+/).length > 25)).toEqual([]);
    expect(sentences.length).toBeGreaterThan(100);
  });
});
