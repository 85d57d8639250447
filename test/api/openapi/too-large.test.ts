import { afterAll, beforeAll, expect, test } from "bun:test";
import { BODY_MAX, LARGE_BODIES } from "../../../src/api/middleware/body-limits.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";

interface Operation {
  requestBody?: object;
  responses: Record<string, { content: Record<string, { schema: object }> }>;
}

let server: TestServer;
let operations: { method: string; path: string; operation: Operation }[];
beforeAll(async () => {
  server = await startServer();
  type Document = { paths: Record<string, Record<string, Operation>> };
  const { body } = await server.request<Document>("GET", "/api-docs/openapi.json");
  operations = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
});
afterAll(() => server.stop());

test("every operation that takes a body documents 413, in its own shape of errors", () => {
  const taking = operations.filter(({ operation }) => operation.requestBody);
  expect(taking.length).toBeGreaterThan(15);
  for (const { method, path, operation } of taking) {
    const { "413": tooLarge, "429": tooMany } = operation.responses;
    expect([method, path, tooLarge?.content]).toEqual([method, path, tooMany?.content]);
  }
});

test("every operation that answers 413 documents it", async () => {
  const body = { name: "x".repeat(BODY_MAX) };
  const posted = operations.filter(
    ({ method, path, operation }) => operation.requestBody && method !== "GET" && !LARGE_BODIES.has(path),
  );
  for (const { method, path, operation } of posted) {
    const place = path.replaceAll(/\{\w+\}/g, Bun.randomUUIDv7());
    const { status } = await server.request(method, place, { token: server.token, body });
    expect([method, path, status]).toEqual([method, path, 413]);
    expect(operation.responses).toContainKey("413");
  }
});
