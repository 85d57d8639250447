import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Trial } from "../../../../src/domain/benchmarks/trial.ts";
import { boundsOf } from "../../../../src/services/benchmarks/scores/bounds.ts";
import { createGroupIndex, createRunColumns } from "../../../../src/services/benchmarks/scores/columns.ts";
import { placesByGroup } from "../../../../src/services/benchmarks/scores/group-places.ts";
import { summarizeGroups } from "../../../../src/services/benchmarks/scores/groups.ts";
import { mcNemar } from "../../../../src/statistics/mcnemar.ts";
import {
  type Refusal,
  requestBenchmark,
  runBenchmark,
  trialsOf,
  uploadDataset,
} from "../../../support/benchmarks.ts";
import { readyMetric } from "../../../support/metrics.ts";
import { startServer, type TestServer } from "../../../support/server/index.ts";

const BASELINES = ["random", "first", "longest"].map((model) => ({ provider: "baseline", model }));

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const refused = async (request: Record<string, unknown>) => {
  const { status, body } = await requestBenchmark<Refusal>(server, request);
  expect(status).toBe(400);
  return body.error.details;
};

const scoreOf = (trials: Trial[], run: string) =>
  new Map(
    trials.filter((trial) => trial.run === run).map(({ sample_id, scores }) => [sample_id, scores.accuracy]),
  );

describe("comparisons", () => {
  test("cover each pair of runs in each metric, and follow from the trials", async () => {
    const { benchmark_id, results } = await runBenchmark(server, {
      providers: BASELINES,
      metrics: ["accuracy", "latency"],
    });
    const { comparisons = [] } = results ?? {};
    expect(comparisons.map(({ metric, a, b }) => [metric, a.slice(9), b.slice(9)])).toEqual([
      ["accuracy", "random", "first"],
      ["accuracy", "random", "longest"],
      ["accuracy", "first", "longest"],
      ["latency", "random", "first"],
      ["latency", "random", "longest"],
      ["latency", "first", "longest"],
    ]);
    const trials = await trialsOf(server, benchmark_id);
    const [first, longest] = ["baseline/first", "baseline/longest"].map((run) => scoreOf(trials, run));
    const only = (a = first, b = longest) =>
      [...a!].filter(([id, score]) => score === 1 && b!.get(id) === 0).length;
    const { p_midp, p_exact } = mcNemar(only(), only(longest, first));
    expect(comparisons[2]).toMatchObject({ test: "mcnemar_midp", n: 100, p_value: p_midp, p_exact });
    expect(comparisons[2]?.difference).toBeCloseTo((only() - only(longest, first)) / 100, 12);
    expect(comparisons[3]).toMatchObject({ test: "paired_bootstrap_t", n: 100, verdict: null });
    expect(comparisons[3]).toMatchObject({ difference: expect.any(Number), p_value: expect.any(Number) });
    expect(comparisons[3]?.ci95).toHaveLength(2);
  });

  test("name a winner if there is one", async () => {
    const { results } = await runBenchmark(server, {
      dataset: "arithmetic?size=120",
      providers: [
        { provider: "mock", model: "mock?accuracy=0.6&seed=1" },
        { provider: "mock", model: "mock?accuracy=0.95&seed=2", label: "good" },
      ],
    });
    expect(results?.comparisons).toHaveLength(1);
    expect(results?.comparisons[0]).toMatchObject({ b: "good", verdict: "worse", n: 120 });
  });

  test("count the repeats of a sample as one piece of evidence", async () => {
    const { results } = await runBenchmark(server, { providers: BASELINES.slice(0, 2), iterations: 300 });
    expect(results?.comparisons[0]).toMatchObject({ test: "paired_t_clustered", n: 300 });
  });

  test("one run alone has none", async () => {
    expect((await runBenchmark(server)).results?.comparisons).toEqual([]);
  });

  test("use the equivalence margin, a single one for scores or one by metric", async () => {
    const twins = ["one", "two"].map((label) => ({ provider: "baseline", model: "first", label }));
    const { results } = await runBenchmark(server, {
      providers: twins,
      metrics: ["accuracy", "latency", "cost"],
      equivalence_margin: 0.1,
    });
    const verdicts = results?.comparisons.map(({ verdict, p_equivalent }) => [
      verdict,
      p_equivalent !== undefined,
    ]);
    expect(verdicts?.[0]).toEqual(["equivalent", true]);
    expect(verdicts?.slice(1).map(([, isTested]) => isTested)).toEqual([false, false]);
    const named = await runBenchmark(server, {
      providers: twins,
      metrics: ["accuracy", "cost"],
      equivalence_margin: { cost: 1 },
    });
    expect(named.results?.comparisons.map(({ verdict }) => verdict)).toEqual(["inconclusive", "equivalent"]);
  });
});

describe("the macro mean", () => {
  test("weights each group alike, beside the mean over all trials", async () => {
    const samples = [0, 1, 2, 3, 4, 5].map((index) => ({
      input: `What is ${index} + 1?`,
      expected: index < 3 ? "wrong" : String(index + 1),
      group: index < 4 ? "large" : "small",
    }));
    const dataset = await uploadDataset(server, "two-groups", [
      ...samples,
      { input: "What is 2 + 2?", expected: "4" },
    ]);
    const providers = [{ provider: "mock", model: "mock?accuracy=1" }];
    const { results } = await runBenchmark(server, {
      dataset,
      providers,
      metrics: ["accuracy", "cost", "latency"],
    });
    const { accuracy, cost, latency } = results!.runs[0]!.metrics;
    expect(accuracy).toMatchObject({ value: 4 / 7, macro: { value: (1 / 4 + 1) / 2, groups: 2 } });
    // Standard errors of the groups' means: √(3/16 / 3) = .25 and 0.
    expect(accuracy!.macro!.stderr).toBeCloseTo(0.25 / 2, 12);
    expect(cost).not.toHaveProperty("macro");
    expect(latency).not.toHaveProperty("macro");
  });

  test("is absent without groups", async () => {
    const { results } = await runBenchmark(server, { dataset: "arithmetic?size=20" });
    expect(results!.runs[0]!.metrics.accuracy).not.toHaveProperty("macro");
  });

  test("is that of the groups' own means", async () => {
    const { results } = await runBenchmark(server, { providers: BASELINES.slice(1), iterations: 250 });
    for (const { run, metrics } of results!.runs) {
      const means = results!.groups.map(
        ({ runs }) => runs.find((each) => each.run === run)!.metrics.accuracy!,
      );
      const { value, stderr, groups } = metrics.accuracy!.macro!;
      expect(groups).toBe(10);
      expect(value).toBeCloseTo(means.reduce((sum, mean) => sum + mean.value!, 0) / 10, 12);
      const squares = means.reduce((sum, mean) => sum + mean.stderr! ** 2, 0);
      expect(stderr).toBeCloseTo(Math.sqrt(squares) / 10, 12);
    }
  });
});

describe("classification", () => {
  const metrics = ["accuracy", "classification"];

  test("has a matrix per run, which agrees with the trials, and none per group", async () => {
    const { results } = await runBenchmark(server, { providers: BASELINES, metrics });
    for (const { metrics } of results!.runs) {
      const { value, n, confusion } = metrics.classification!;
      expect({ value, n }).toEqual({ value: confusion!.macro_f1, n: 100 });
      expect(confusion!.accuracy).toBeCloseTo(metrics.accuracy!.value!, 12);
      expect(confusion!.labels).toEqual(["A", "B", "C", "D"]);
    }
    expect(results!.groups[0]!.runs[0]!.metrics.classification).not.toHaveProperty("confusion");
    expect(results!.comparisons.filter(({ metric }) => metric === "classification")).toHaveLength(3);
  });

  test("needs labels, if no sample has choices", async () => {
    const dataset = "arithmetic?size=20";
    expect(await refused({ dataset, metrics })).toMatchObject({ field: "metrics.1.params.labels" });
  });
});

describe("groups", () => {
  test("each has every run's metrics, and trials name their group", async () => {
    const { benchmark_id, results } = await runBenchmark(server, { providers: BASELINES.slice(1) });
    const trials = await trialsOf(server, benchmark_id);
    expect(results?.groups).toHaveLength(10);
    expect(results?.groups_left_out).toBe(0);
    for (const { group, runs } of results?.groups ?? []) {
      for (const { run, metrics } of runs) {
        const own = trials.filter((trial) => trial.group === group && trial.run === run);
        const right = own.filter(({ scores }) => scores.accuracy === 1).length;
        expect(metrics.accuracy).toMatchObject({ n: own.length, value: right / own.length });
      }
      expect(runs.map(({ run }) => run)).toEqual(["baseline/first", "baseline/longest"]);
    }
  });

  test("samples without a group are in none", async () => {
    const dataset = await uploadDataset(server, "some-grouped", [
      { input: "What is 1 + 1?", expected: "2", group: "small" },
      { input: "What is 1 + 2?", expected: "3", group: "small" },
      { input: "What is 70 + 2?", expected: "72" },
    ]);
    const { results } = await runBenchmark(server, {
      dataset,
      providers: [{ provider: "mock", model: "mock" }],
    });
    expect(results?.groups.map(({ group, runs }) => [group, runs[0]?.metrics.accuracy?.n])).toEqual([
      ["small", 2],
    ]);
  });

  test("if there are too many, only the largest are listed", async () => {
    const total = 300;
    const places = { total, samples: total, indexOf: (position: number) => position };
    const groups = createGroupIndex(total);
    const columns = createRunColumns({ label: "run", metrics: ["accuracy"], places, groups });
    for (let position = 0; position < total; position++) {
      const group = position < 60 ? "large" : `g${position}`;
      columns.add({ position, repeat: 0, scores: { accuracy: position % 2 }, parts: null, group });
    }
    const grouped = {
      metrics: [readyMetric("accuracy")],
      groups: placesByGroup(groups),
      repeats: undefined,
    };
    const result = await summarizeGroups({ ...grouped, runs: [columns] });
    expect(result.groups).toHaveLength(100);
    expect(result.groups_left_out).toBe(141);
    expect(result.groups[0]).toMatchObject({
      group: "large",
      runs: [{ metrics: { accuracy: { n: 60, value: 0.5 } } }],
    });
    const many = await summarizeGroups({ ...grouped, runs: new Array(50).fill(columns) });
    expect(many.groups).toHaveLength(40);
  });

  test("cluster the standard errors on request: few groups are little evidence", async () => {
    const request = { providers: BASELINES.slice(1), seed: 3 };
    const [by_sample, by_group] = [
      await runBenchmark(server, request),
      await runBenchmark(server, { ...request, cluster_by: "group" }),
    ];
    const accuracyOf = ({ results }: typeof by_sample) => results?.runs[1]?.metrics.accuracy;
    expect(accuracyOf(by_group)?.value).toBe(accuracyOf(by_sample)?.value ?? Number.NaN);
    expect(accuracyOf(by_group)?.stderr).not.toBe(accuracyOf(by_sample)?.stderr ?? null);
    expect(by_group.results?.comparisons[0]).toMatchObject({ test: "paired_t_clustered", n: 100 });
    // The standard error by hand: each group's sum of deviations, squared, summed over groups, times 10 / 9.
    const trials = (await trialsOf(server, by_group.benchmark_id)).filter(
      ({ run }) => run === "baseline/longest",
    );
    const mean = accuracyOf(by_group)?.value ?? 0;
    const sums = new Map<string | null, number>();
    for (const { group, scores } of trials)
      sums.set(group, (sums.get(group) ?? 0) + (scores.accuracy ?? 0) - mean);
    const squares = [...sums.values()].reduce((sum, each) => sum + each ** 2, 0);
    expect(accuracyOf(by_group)?.stderr).toBeCloseTo(Math.sqrt((squares * 10) / 9) / 100, 12);
  });
});

describe("bounds", () => {
  test("give the worst case of the mean over the failed trials", async () => {
    const { results } = await runBenchmark(server, {
      dataset: "arithmetic?size=60",
      metrics: ["accuracy", "latency"],
      providers: [
        { provider: "mock", model: "mock?error_rate=0.3&error=401&seed=2" },
        { provider: "mock", model: "mock" },
      ],
    });
    const [failing, whole] = results?.runs ?? [];
    const unscored = failing?.outcomes.provider_error ?? 0;
    expect(unscored).toBeGreaterThan(5);
    expect(failing?.metrics.accuracy).toMatchObject({ value: 1, n: 60 - unscored });
    expect(failing?.bounds).toEqual({ accuracy: { unscored, worst: (60 - unscored) / 60, best: 1 } });
    expect(whole?.bounds).toEqual({});
    expect(results?.comparisons[0]?.n).toBe(60 - unscored);
  });

  test("the worst case of a metric that should be low is its highest value", () => {
    const scale = { better: "lower", range: [0, 1] } as const;
    expect(boundsOf(scale, { value: 0.25, n: 8 }, 2)).toEqual({ unscored: 2, worst: 0.4, best: 0.2 });
    expect(boundsOf({ ...scale, range: [0, null] }, { value: 0.25, n: 8 }, 2)).toBeNull();
    expect(boundsOf(scale, { value: null, n: 0 }, 3)).toEqual({ unscored: 3, worst: 1, best: 0 });
  });
});

describe("a comparison that can't be made is refused at once:", () => {
  test("a margin of a metric that is not measured", async () => {
    expect(await refused({ equivalence_margin: { acuracy: 0.1 } })).toMatchObject({
      field: "equivalence_margin.acuracy",
      accepted: ["accuracy"],
      suggestion: "accuracy",
    });
  });

  test.each([[0], [-0.1], [{}], [{ accuracy: 0 }], ["much"], [1], [{ accuracy: 2 }]])(
    "a margin of %j",
    async (equivalence_margin) => {
      expect((await refused({ equivalence_margin })).field).toStartWith("equivalence_margin");
    },
  );

  test("one margin for times", async () => {
    expect(await refused({ metrics: ["latency"], equivalence_margin: 0.1 })).toMatchObject({
      field: "equivalence_margin",
    });
  });

  test("clusters by group if there is none, or only one", async () => {
    const dataset = await uploadDataset(server, "ungrouped", [{ input: "What is 1 + 1?", expected: "2" }]);
    expect(await refused({ dataset, cluster_by: "group" })).toMatchObject({ field: "cluster_by" });
    expect(await refused({ dataset: "arithmetic/addition", cluster_by: "group" })).toMatchObject({
      field: "cluster_by",
    });
    expect(await refused({ cluster_by: "grp" })).toMatchObject({ accepted: ["sample", "group"] });
  });
});
