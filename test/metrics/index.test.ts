import { describe, expect, test } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import { MetricListing, MetricSummary } from "../../src/domain/metric.ts";
import { findMetric, metrics } from "../../src/metrics/index.ts";
import { NEED_NO_JUDGE } from "../../src/metrics/judged/without-judge.ts";
import { listingOf, type MetricEntry } from "../../src/metrics/metric.ts";
import { formsOf } from "./sample.ts";

describe("the registry", () => {
  test("lists the metrics that ship without a judge", () => {
    expect(Object.keys(metrics).sort()).toEqual([
      "accuracy",
      "bleu",
      "chrf",
      "classification",
      "contains",
      "cost",
      "exact_match",
      "f1",
      "faithfulness",
      "json_schema",
      "json_valid",
      "latency",
      "length",
      "levenshtein",
      "math_equal",
      "multiple_choice",
      "numeric_match",
      "refusal",
      "regex",
      "rouge_1",
      "rouge_2",
      "rouge_l",
      "semantic_similarity",
      "starts_with",
      "tokens_per_second",
      "tpot",
      "ttft",
    ]);
  });

  test("has each metric under its name", () => {
    for (const [name, metric] of Object.entries(metrics)) {
      expect(metric.name).toBe(name);
      expect(findMetric(name)).toBe(metric);
    }
  });

  test("finds nothing under other names", () => {
    for (const name of ["", "Accuracy", "rouge", "constructor", "__proto__", "toString"]) {
      expect(findMetric(name)).toBeUndefined();
    }
  });

  test("every metric fits the catalogue and says what it computes", () => {
    for (const metric of Object.values(metrics)) {
      expect([...Value.Errors(MetricListing, listingOf(metric))]).toEqual([]);
      expect(metric.description.length).toBeGreaterThan(20);
      expect(metric.source.length).toBeGreaterThan(20);
    }
  });

  test("one metric is a lexical stand-in for a judge", () => {
    const lexical = Object.values<MetricEntry>(metrics).filter(({ method }) => method === "lexical");
    expect(lexical.map((metric) => metric.name)).toEqual(["faithfulness"]);
  });

  test("the metrics that a reason names as needing no judge are there, and need none", () => {
    for (const name of NEED_NO_JUDGE) expect(metrics[name].requires).not.toContain("judge");
  });

  test("every summary fits its schema, carries the metric's unit, and survives JSON", () => {
    for (const metric of Object.keys(metrics).flatMap(formsOf)) {
      for (const values of [[], [1], [0, 1], [0, 0, 0], [1, 1, 0, 1]]) {
        const summary = metric.summarize(Float64Array.from(values));
        expect([...Value.Errors(MetricSummary, summary)]).toEqual([]);
        expect(summary).toMatchObject({ n: values.length, unit: metric.unit, better: metric.better });
        expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
      }
    }
  });
});
