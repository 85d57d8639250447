import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Evaluation } from "../../../src/domain/evaluation.ts";
import type { MetricListing, MetricRequest } from "../../../src/domain/metric.ts";
import type { Page } from "../../../src/domain/page.ts";
import { createMetricCatalogue } from "../../../src/services/catalogues/metrics.ts";
import { type Refusal, runBenchmark, trialsOf, uploadDataset } from "../../support/benchmarks.ts";
import { startServer, type TestServer } from "../../support/server/index.ts";

const catalogue = createMetricCatalogue();

describe("metrics asked for", () => {
  test("have their label as key, else their name", () => {
    const ready = catalogue.require(["accuracy", { name: "f1" }, { name: "f1", label: "words" }]);
    expect(ready.map(({ name, key }) => [name, key])).toEqual([
      ["accuracy", "accuracy"],
      ["f1", "f1"],
      ["f1", "words"],
    ]);
  });

  test("can't have the same key", () => {
    const twice = () => catalogue.require(["f1", { name: "accuracy", label: "f1" }]);
    expect(twice).toThrow("metrics.1: is a second metric named 'f1'. Give each a different 'label'");
  });
});

describe("parameters", () => {
  const bad: [metric: object | string, field: string, fault: string][] = [
    ["regex", "metrics.1.params.pattern", "is required"],
    [
      { name: "regex", params: { pattern: "(" } },
      "metrics.1.params.pattern",
      "is not a valid RE2 regular expression",
    ],
    [
      { name: "regex", params: { pattern: "(?=a)" } },
      "metrics.1.params.pattern",
      "is not a valid RE2 regular expression",
    ],
    [{ name: "regex", params: { pattern: "a", flag: "i" } }, "metrics.1.params.flag", "is not a known field"],
    [{ name: "regex", params: { pattern: "a".repeat(1001) } }, "metrics.1.params.pattern", "1000"],
    [
      { name: "json_schema", params: { schema: { type: "text" } } },
      "metrics.1.params.schema",
      "schema is invalid",
    ],
    [
      { name: "json_schema", params: { schema: { pattern: "(" } } },
      "metrics.1.params.schema",
      "not a valid RE2 regular expression",
    ],
    [
      { name: "json_schema", params: { schema: { $ref: "#/x" } } },
      "metrics.1.params.schema",
      "can't resolve",
    ],
    [{ name: "json_schema", params: { schema: "string" } }, "metrics.1.params.schema", "must be an object"],
    [{ name: "length", params: {} }, "metrics.1.params.max", "is missing"],
    [{ name: "length", params: { min: 3, max: 2 } }, "metrics.1.params.min", "is 3, above 'max' (2)"],
    [{ name: "bleu", params: { tokenize: "14b" } }, "metrics.1.params.tokenize", "must be one of"],
    [{ name: "chrf", params: { word_order: "2" } }, "metrics.1.params.word_order", "whole number"],
    [{ name: "semantic_similarity", params: { model: "m" } }, "metrics.1.params.provider", "is required"],
    [{ name: "rouge_l", params: { stem: true } }, "metrics.1.params.stem", "is not a known field"],
    [{ name: "refusal", params: { strict: true } }, "metrics.1.params", "takes no parameters"],
  ];

  test.each(bad)("%j is refused", (metric, field, fault) => {
    const refused = () => catalogue.require(["f1", metric as MetricRequest]);
    expect(refused).toThrow(`${field}: `);
    expect(refused).toThrow(fault);
  });

  test("a schema with the id of JSON Schema itself is refused, and does not affect others", () => {
    const order = (schema: object) => () => catalogue.require([{ name: "json_schema", params: { schema } }]);
    expect(order({ $id: "https://json-schema.org/draft/2020-12/schema" })).toThrow(
      "metrics.0.params.schema.$id",
    );
    expect(order({ $defs: { a: { $id: "https://json-schema.org/draft/2020-12/schema" } } })).toThrow();
    expect(order({ type: "object" })).not.toThrow();
  });

  test("have defaults", () => {
    const [metric] = catalogue.require([{ name: "chrf", params: {} }, "bleu"]);
    expect(metric?.score({ input: "", output: "a b", answer: null, expected: ["a b"] })).toMatchObject({
      value: 100,
    });
  });
});

describe("over the wire", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  test.each(["/v1/evaluations", "/v1/benchmarks"])(
    "%s refuses a bad pattern before anything is paid",
    async (path) => {
      const metrics = ["accuracy", { name: "regex", params: { pattern: "[" } }];
      const text = { provider: "mock", model: "mock", input: "?", output: "!" };
      const job = { name: "b", providers: [{ provider: "mock", model: "mock" }], dataset: "starter" };
      const body = path.endsWith("evaluations") ? { ...text, metrics } : { ...job, metrics };
      const refused = await server.request<Refusal>("POST", path, { token: server.token, body });
      expect(refused.status).toBe(400);
      expect(refused.body.error.details.field).toBe("metrics.1.params.pattern");
    },
  );

  test("the catalogue lists the parameters of each metric", async () => {
    const listed = await server.request<Page<MetricListing>>("GET", "/v1/metrics?page_size=100", {
      token: server.token,
    });
    const named = (name: string) => listed.body.items.find((item) => item.name === name);
    expect(named("regex")?.parameters).toMatchObject({
      type: "object",
      required: ["pattern"],
      properties: { ignore_case: { type: "boolean", default: false } },
    });
    expect(named("refusal")?.parameters).toBeNull();
    expect(named("ttft")?.requires).toEqual(["timing", "first_token"]);
  });

  test("the catalogue says how faithfulness is computed without a judge, and how well that agrees with people", async () => {
    const { body } = await server.request<Page<MetricListing>>("GET", "/v1/metrics?page_size=100", {
      token: server.token,
    });
    const { methods, lexical } = body.items.find(({ name }) => name === "faithfulness") ?? {};
    expect(methods).toEqual(["judge", "lexical"]);
    expect(lexical).toMatchObject({
      requires: ["context"],
      agreement: [
        { dataset: "QAGS-CNN/DM", statistic: "AUC", value: 0.818, n: 235 },
        { dataset: "QAGS-XSum", statistic: "AUC", value: 0.627, n: 239 },
      ],
    });
    const others = body.items.filter(({ name }) => name !== "faithfulness");
    expect(others.filter((listing) => listing.lexical)).toEqual([]);
  });

  test("an evaluation by a metric from 0 to 100 has its value, which is no part of the score", async () => {
    const body = {
      ...{
        provider: "mock",
        model: "mock",
        input: "?",
        output: "the cat is here",
        expected: "the cat is here",
      },
      metrics: ["bleu", "rouge_l", { name: "starts_with", label: "begins" }],
    };
    const { body: evaluation } = await server.request<Evaluation>("POST", "/v1/evaluations", {
      token: server.token,
      body,
    });
    expect(evaluation).toMatchObject({ score: 1, metrics: { bleu: 100, rouge_l: 1, begins: 1 } });
  });

  test("a benchmark computes corpus metrics over all outputs, with a bootstrapped interval", async () => {
    const samples = ["the cat sat on the mat", "it rains", "we are here now"].map((input) => ({
      input,
      expected: `${input} today`,
    }));
    const dataset = await uploadDataset(server, "echoes", samples);
    const providers = [{ provider: "baseline", model: "echo" }];
    const { results, benchmark_id } = await runBenchmark(server, {
      providers,
      dataset,
      metrics: ["bleu", "chrf"],
    });
    const { bleu, chrf } = results?.runs[0]?.metrics ?? {};
    // 12 of 12 words, 9 of 9 pairs, 6 of 6, 4 of 4; 12 words for 15: e^(1 − 15/12).
    expect(bleu?.value).toBeCloseTo(100 * Math.exp(1 - 15 / 12), 9);
    expect(bleu).toMatchObject({ n: 3, unit: "points", stderr: expect.any(Number) });
    expect(bleu?.ci95?.[0]).toBeLessThan(bleu?.value ?? 0);
    expect(chrf?.value).toBeGreaterThan(50);
    const trials = await trialsOf(server, benchmark_id);
    const mean = trials.reduce((sum, { scores }) => sum + (scores.bleu ?? 0), 0) / trials.length;
    expect(mean).not.toBeCloseTo(bleu?.value ?? 0, 3);
  });
});

test("a benchmark has scores and summaries under the label, and counts notes", async () => {
  const server = await startServer();
  try {
    const metrics = ["accuracy", { name: "f1", label: "words" }];
    const { benchmark_id, results } = await runBenchmark(server, { metrics, iterations: 3 });
    expect(Object.keys(results?.runs[0]?.metrics ?? {})).toEqual(["accuracy", "words"]);
    const reason = "a multiple-choice sample's reference is a letter, not a text";
    expect(results?.runs[0]?.metrics.words).toMatchObject({ value: null, n: 0, notes: { [reason]: 3 } });
    const [trial] = await trialsOf(server, benchmark_id);
    expect(trial?.scores).toEqual({ accuracy: expect.any(Number), words: null });
    expect(trial?.notes).toEqual({ words: reason });
  } finally {
    await server.stop();
  }
});
