import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Evaluation, EvaluationRecord } from "../../../src/domain/evaluation.ts";
import type { Page } from "../../../src/domain/page.ts";
import type { Refusal } from "../../support/benchmarks.ts";
import { createUser } from "../../support/cast.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const ASKED = {
  provider: "openai",
  model: "gpt-4o",
  input: "What is the capital of France?",
  output: "The capital of France is Paris.",
};

const evaluate = <Body = Evaluation>(request: object, token = server.token) =>
  server.request<Body>("POST", "/v1/evaluations", { token, body: { ...ASKED, ...request } });

async function scored(request: object): Promise<Evaluation> {
  const { status, body } = await evaluate(request);
  expect([status, body]).toEqual([201, body]);
  return body;
}

async function refused(request: object) {
  const { status, body } = await evaluate<Refusal>(request);
  return { status, code: body.error.code, ...body.error.details };
}

const read = (id: string) =>
  server.request<EvaluationRecord>("GET", `/v1/evaluations/${id}`, { token: server.token });

describe("the score", () => {
  test("of one metric is the value of that metric", async () => {
    const { score, metrics } = await scored({ metrics: ["exact_match"], output: "Paris", expected: "Paris" });
    expect([score, metrics]).toEqual([1, { exact_match: 1 }]);
  });

  test("of several is their mean", async () => {
    const { score, metrics } = await scored({
      metrics: ["exact_match", "contains", "f1"],
      output: "It is Paris",
      expected: "Paris",
    });
    expect(metrics).toEqual({ exact_match: 0, contains: 1, f1: expect.closeTo(0.5, 10) });
    expect(score).toBeCloseTo((0 + 1 + 0.5) / 3, 10);
  });

  test("leaves out metrics that could not be scored, which are null with a reason", async () => {
    const { score, metrics, reasons } = await scored({
      metrics: ["exact_match", "coherence"],
      output: "Paris",
      expected: "Paris",
    });
    expect([score, metrics]).toEqual([1, { exact_match: 1, coherence: null }]);
    expect(Object.keys(reasons)).toEqual(["coherence"]);
    expect(reasons.coherence).toBeString();
  });

  test("is null, not 0, if nothing could be scored", async () => {
    const { score, metrics } = await scored({ metrics: ["coherence"], output: "Paris" });
    expect([score, metrics]).toEqual([null, { coherence: null }]);
  });

  test("of a wrong answer is 0, not null", async () => {
    const { score } = await scored({ metrics: ["accuracy"], output: "It is 5.", expected: "4" });
    expect(score).toBe(0);
  });

  test("of an empty output is a score too", async () => {
    const { metrics } = await scored({ metrics: ["exact_match", "f1"], output: "", expected: "Paris" });
    expect(metrics).toEqual({ exact_match: 0, f1: 0 });
  });
});

describe("without a judge", () => {
  const CONTEXT = "Paris is the capital of France.";
  const JUDGED = ["faithfulness", "relevance", "coherence"];

  test("the three that the API document asks for are null with what would help, and no method", async () => {
    const { score, metrics, methods, reasons, judge } = await scored({ metrics: JUDGED });
    expect([score, methods, judge]).toEqual([null, {}, null]);
    expect(metrics).toEqual({ faithfulness: null, relevance: null, coherence: null });
    for (const name of JUDGED)
      expect(reasons[name]).toMatch(/no judge.*JUDGE_PROVIDER and JUDGE_MODEL\. .*need no judge: accuracy/);
  });

  test("faithfulness to a context is lexical, says so, and takes no part in the score", async () => {
    const output = "Paris is the capital of Spain.";
    const both = await scored({
      metrics: ["faithfulness", "contains"],
      output,
      context: CONTEXT,
      expected: "Rome",
    });
    expect(both).toMatchObject({
      score: 0,
      metrics: { faithfulness: 0.8, contains: 0 },
      methods: { faithfulness: "lexical" },
    });
    expect(await scored({ metrics: ["faithfulness"], output, context: CONTEXT })).toMatchObject({
      score: null,
      metrics: { faithfulness: 0.8 },
    });
  });

  test("metrics that cannot do without one are refused", async () => {
    for (const metric of ["correctness", "toxicity", "preference"])
      expect(await refused({ metrics: [metric], expected: "Paris" })).toMatchObject({
        field: "judge",
        metric,
      });
  });
});

describe("a field that a metric needs and the request lacks", () => {
  test.each(["accuracy", "exact_match", "contains", "f1"])("is named: 'expected' for %s", async (metric) => {
    expect(await refused({ metrics: [metric] })).toMatchObject({
      status: 400,
      code: "BAD_REQUEST",
      field: "expected",
      metric,
    });
  });

  test.each(["latency", "cost"])(
    "such as %s is refused if only a benchmark can measure it",
    async (metric) => {
      expect(await refused({ metrics: ["exact_match", metric], expected: "x" })).toMatchObject({
        status: 400,
        code: "BAD_REQUEST",
        field: "metrics.1",
        metric,
      });
    },
  );

  test("is refused before anything is stored", async () => {
    const count = async () =>
      (await server.request<Page<unknown>>("GET", "/v1/evaluations", { token: server.token })).body.total;
    const before = await count();
    await refused({ metrics: ["json_valid", "f1"] });
    expect(await count()).toBe(before);
  });
});

describe("an unknown metric", () => {
  test("is refused, naming its field, the known metrics and the nearest", async () => {
    const refusal = await refused({ metrics: ["relevance", "acuracy"], expected: "x" });
    expect(refusal).toMatchObject({
      status: 400,
      code: "BAD_REQUEST",
      field: "metrics.1",
      suggestion: "accuracy",
    });
    expect(refusal).toMatchObject({
      accepted: expect.arrayContaining(["accuracy", "faithfulness", "latency"]),
    });
  });

  test.each(["constructor", "__proto__", "toString"])("is %s too", async (name) => {
    expect(await refused({ metrics: [name] })).toMatchObject({ status: 400, field: "metrics.0" });
  });
});

describe("an evaluation", () => {
  test("is stored with its texts, and reads back the same", async () => {
    const evaluation = await scored({ metrics: ["contains"], expected: "Paris", context: "one passage" });
    const { body } = await read(evaluation.evaluation_id);
    expect(body).toEqual({
      ...evaluation,
      ...ASKED,
      expected: "Paris",
      context: ["one passage"],
      metric_requests: ["contains"],
      plugins: null,
      created_by: expect.any(String),
    });
    const without = await scored({ metrics: ["relevance"], context: ["one", "two"] });
    expect((await read(without.evaluation_id)).body).toMatchObject({
      expected: null,
      context: ["one", "two"],
    });
  });

  test("names the author of the output, which may be unknown and is not called", async () => {
    const { evaluation_id } = await scored({
      provider: "a person",
      model: "by hand",
      metrics: ["relevance"],
    });
    expect((await read(evaluation_id)).body).toMatchObject({ provider: "a person", model: "by hand" });
  });

  test("belongs to its caller", async () => {
    const { id, token } = await createUser(server, "evaluator", "user");
    const { body } = await evaluate({ metrics: ["relevance"] }, token);
    expect((await read(body.evaluation_id)).body.created_by).toBe(id);
  });

  test("can be read but not created by a viewer", async () => {
    const { token } = await createUser(server, "onlooker", "viewer");
    const { evaluation_id } = await scored({ metrics: ["relevance"] });
    expect((await evaluate<Refusal>({ metrics: ["relevance"] }, token)).body.error.code).toBe("FORBIDDEN");
    expect((await server.request("GET", `/v1/evaluations/${evaluation_id}`, { token })).status).toBe(200);
  });

  test("that does not exist is 404", async () => {
    expect((await read(Bun.randomUUIDv7())).status).toBe(404);
  });
});
