import { expect, test } from "bun:test";
import { resultsTable, tablesOf } from "../../src/commands/results-table.ts";
import type { BenchmarkResults, RunResult } from "../../src/domain/benchmarks/benchmark-results.ts";
import type { Comparison } from "../../src/domain/benchmarks/comparison.ts";
import { OUTCOMES } from "../../src/domain/benchmarks/trial.ts";

type Metrics = RunResult["metrics"];

function run(name: string, scored: number, metrics: Metrics): RunResult {
  const none = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as RunResult["outcomes"];
  return {
    run: name,
    provider: "mock",
    model: "mock",
    trials: 10,
    outcomes: { ...none, scored, provider_error: 10 - scored },
    metrics,
    bounds: {},
    usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
    models: {},
    prompts_hash: "",
    errors: {},
  };
}

const results = (...runs: RunResult[]): BenchmarkResults => ({
  protocols: [],
  dataset: { name: "set", content_hash: "", samples: 10 },
  seed: 0,
  runs,
  comparisons: [],
  groups: [],
  groups_left_out: 0,
});

const ratio = { unit: "ratio", better: "higher" } as const;
const ms = { unit: "ms", better: "lower" } as const;
const usd = { unit: "usd", better: "lower" } as const;

test("shows a mean with its interval, times by percentiles and an amount by its sum", () => {
  const metrics: Metrics = {
    accuracy: { ...ratio, value: 0.9, n: 10, stderr: 0.1, ci95: [0.59585, 0.98213] },
    latency: { ...ms, value: 812.4, n: 10, p50: 790.12, p95: 1310, p99: 1502.7 },
    cost: { ...usd, value: 0.00123456, n: 10, total: 0.0123456 },
  };
  expect(resultsTable(results(run("a", 10, metrics)))).toBe(
    [
      "run  accuracy  95 % interval  latency ms p50     p95  cost usd  answered",
      "───  ────────  ─────────────  ──────────────  ──────  ────────  ────────",
      "a       0.900    0.596–0.982           790.1  1310.0    0.0123     10/10",
    ].join("\n"),
  );
});

test("names the run whose answers were cut off", () => {
  const metrics: Metrics = { accuracy: { ...ratio, value: 1, n: 10, stderr: 0, ci95: [0.7, 1] } };
  const cut = { ...run("a", 10, metrics), cut_off: 7 };
  expect(
    resultsTable(results(cut, run("b", 10, metrics)))
      .split("\n")
      .slice(4),
  ).toEqual(["a: 7 of 10 answers were cut off at max_tokens"]);
});

test("a missing figure is a dash, never a zero", () => {
  const known: Metrics = { accuracy: { ...ratio, value: 1, n: 1, stderr: null, ci95: null } };
  const unknown: Metrics = { accuracy: { ...ratio, value: null, n: 0, stderr: null, ci95: null } };
  const lines = resultsTable(results(run("a", 1, known), run("b", 0, unknown), run("c", 0, {}))).split("\n");
  expect(lines.slice(2).map((line) => line.split(/\s+/))).toEqual([
    ["a", "1.000", "–", "1/10"],
    ["b", "–", "–", "0/10"],
    ["c", "–", "–", "0/10"],
  ]);
});

test("the reason of a stopped run stands below the table", () => {
  const stopped = { ...run("a", 3, {}), stopped: "5 trials in a row got no answer." };
  const lines = resultsTable(results(stopped, run("b", 10, {}))).split("\n");
  expect(lines.at(-1)).toBe("a was stopped: 5 trials in a row got no answer.");
  expect(lines).toHaveLength(5);
});

test("a comparison without a verdict says why below its table, once for all metrics; a note names its runs", () => {
  const figures = {
    a: "a",
    b: "b",
    difference: -20,
    ci95: [-30, -10] as [number, number],
    p_value: 0.01,
    p_adjusted: 0.01,
    test: "paired_bootstrap_t" as const,
    n: 10,
    n_needed: 90,
  };
  const untold = { ...figures, verdict: null, verdict_reason: "The load varied." };
  const accuracy: Comparison = {
    ...figures,
    metric: "accuracy",
    verdict: "inconclusive",
    note: "p is near 0.05.",
  };
  const runs = [run("a", 10, {}), run("b", 10, {})];
  const comparisons = [{ ...untold, metric: "latency" }, { ...untold, metric: "ttft" }, accuracy];
  const lines = tablesOf({ ...results(...runs), comparisons })[1]!.split("\n");
  expect(lines[2]).toContain("no verdict");
  expect(lines[4]).toEndWith("about 90 samples would decide");
  expect(lines.slice(5)).toEqual([
    "no verdict on latency, ttft: The load varied.",
    "accuracy, a and b: p is near 0.05.",
  ]);
});
