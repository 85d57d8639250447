import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { WORK_MAX } from "../../../src/services/evaluations/work.ts";
import type { Refusal } from "../../support/benchmarks.ts";
import { ask } from "../../support/server/graphql.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const chrfs = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: "chrf", label: `chrf ${index}` }));
const item = (characters: number) => ({ input: "i", output: "x".repeat(characters), expected: "y" });
const AUTHOR = { provider: "p", model: "m" };

const batch = (body: object) =>
  server.request<Refusal>("POST", "/v1/evaluations/batch", {
    token: server.token,
    body: { ...AUTHOR, ...body },
  });

describe("the work of one request", () => {
  test("is bounded: a batch of 500 items and 16 text metrics is refused before anything is scored", async () => {
    const items = Array.from({ length: 500 }, () => item(15_000));
    const { status, body } = await batch({ metrics: chrfs(16), items });
    expect([status, body.error.details]).toMatchObject([400, { field: "metrics", maximum_work: WORK_MAX }]);
    const { body: stored } = await server.request<{ total: number }>("GET", "/v1/evaluations", {
      token: server.token,
    });
    expect(stored.total).toBe(0);
  });

  test("counts the metrics whose time grows with the text alone", async () => {
    const items = Array.from({ length: 500 }, () => item(15_000));
    expect((await batch({ metrics: ["json_valid"], items })).status).toBe(201);
  });

  test("is the sum of all mutations of a GraphQL request", async () => {
    const metrics = ["chrf", "bleu", "rouge_1", "rouge_2", "rouge_l", "f1", "levenshtein", "coherence"];
    const create = Array.from(
      { length: 15 },
      (_, index) => `m${index}: createEvaluation(input: $e) { score }`,
    );
    const variables = { e: { ...AUTHOR, ...item(700_000), metrics } };
    const { body } = await ask(server, `mutation ($e: EvaluationInput!) { ${create.join(" ")} }`, variables, {
      token: server.token,
    });
    const refused = body.errors?.filter(({ extensions }) => extensions.details.field === "metrics") ?? [];
    // The schema's results are not nullable, so that the first refusal ends the request.
    expect(refused).toHaveLength(1);
  });
});
