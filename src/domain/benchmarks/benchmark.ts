import { type Static, t } from "elysia";
import { Id, Integer, Name, Nullable, Timestamp } from "../fields.ts";
import { JudgeChoice } from "../judge.ts";
import { type MetricRequest, MetricRequests } from "../metric.ts";
import type { PinnedPlugin } from "../plugin.ts";
import type { PriceSnapshot } from "../price.ts";
import { BenchmarkResults } from "./benchmark-results.ts";
import { ASSERTIONS_MAX, Assertion, CLUSTERINGS, type Clustering, EquivalenceMargin } from "./comparison.ts";
import { Reduce } from "./reduce.ts";
import { RunParams, RunRequest, Transforms } from "./run.ts";

export const ITERATIONS_MAX = 1_000_000;
const RUNS_MAX = 50;
export const SEED_MAX = 2_147_483_647;

const BudgetUsd = t.Number({
  minimum: 0,
  maximum: 1_000_000,
  description: "US dollars that all calls together may cost: no call is made that could exceed it.",
});

export const CreateBenchmark = t.Object(
  {
    name: Name,
    providers: t.Array(RunRequest, { minItems: 1, maxItems: RUNS_MAX }),
    dataset: t.String({ minLength: 1, maxLength: 300 }),
    metrics: MetricRequests,
    judge: t.Optional(JudgeChoice),
    iterations: t.Optional(Integer({ minimum: 1, maximum: ITERATIONS_MAX })),
    seed: t.Optional(Integer({ minimum: 0, maximum: SEED_MAX })),
    equivalence_margin: t.Optional(EquivalenceMargin),
    reduce: t.Optional(Reduce),
    cluster_by: t.Optional(t.Union(CLUSTERINGS.map((name) => t.Literal(name)))),
    assertions: t.Optional(t.Array(Assertion, { minItems: 1, maxItems: ASSERTIONS_MAX })),
    protocol: t.Optional(
      t.String({
        minLength: 1,
        maxLength: 100,
        description:
          "How samples become prompts and outputs answers: one of those that `GET /v1/datasets` lists for the dataset; its first if left out.",
      }),
    ),
    params: t.Optional(RunParams),
    transforms: t.Optional(Transforms),
    budget_usd: t.Optional(BudgetUsd),
    max_failures: t.Optional(
      Integer({
        minimum: 1,
        maximum: ITERATIONS_MAX,
        description: "A run stops after so many provider errors in a row; the others go on.",
      }),
    ),
  },
  { additionalProperties: false },
);
export type CreateBenchmark = Static<typeof CreateBenchmark>;

const { metrics, protocol, judge, assertions, equivalence_margin, reduce, cluster_by, budget_usd } =
  CreateBenchmark.properties;

/** What may be other than it was when stored outputs are scored anew; the rest stays. */
export const RescoreBenchmark = t.Object(
  {
    name: t.Optional(Name),
    metrics: t.Optional(metrics),
    ...{ protocol, judge, assertions, equivalence_margin, reduce, cluster_by, budget_usd },
  },
  { additionalProperties: false, minProperties: 1 },
);
export type RescoreBenchmark = Static<typeof RescoreBenchmark>;

/** How a benchmark that has ended is to go on. */
export const ResumeBenchmark = t.Object(
  { budget_usd: t.Optional(BudgetUsd) },
  { additionalProperties: false },
);
export type ResumeBenchmark = Static<typeof ResumeBenchmark>;

/** What was asked for, with every default filled in: all that a run needs to be done again. */
export interface BenchmarkSpec {
  runs: RunRequest[];
  metrics: MetricRequest[];
  iterations: number;
  seed: number;
  group: string | null;
  /** What is taken to be one piece of evidence: a sample with its repeats, or all samples of a group. */
  cluster_by: Clustering;
  equivalence_margin?: EquivalenceMargin;
  /** Absent: each trial has its own score. */
  reduce?: Reduce;
  assertions?: Assertion[];
  /** Null or absent: each sample's own, by whether it has choices. */
  protocol?: string | null;
  /** What each run's model cost when the benchmark was made; null where the price is not known. */
  prices: (PriceSnapshot | null)[];
  server_version: string;
  /** Who judges; absent where no metric asks a judge. */
  judge?: JudgeChoice;
  /** Of each metric by a judge the version of its prompt. */
  prompt_versions?: Record<string, string>;
  /** The benchmark whose outputs are scored in the place of new ones. */
  rescores?: string;
  /** Of all runs; a run's own come after these. */
  transforms?: Transforms;
  /** The plugins among the metrics and transforms, each in the version that it was when the benchmark was made. */
  plugins?: PinnedPlugin[];
  params: RunParams;
  /** Null or absent: none was set. */
  budget_usd?: number | null;
  max_failures?: number | null;
}

export const BENCHMARK_STATUSES = [
  "pending",
  "running",
  "completed",
  "failed",
  "cancelled",
  "over_budget",
] as const;
export type BenchmarkStatus = (typeof BENCHMARK_STATUSES)[number];
export const isTerminal = (status: BenchmarkStatus): boolean => status !== "pending" && status !== "running";

/** The document's four fields first. Progress is settled trials over all trials, and 1 in every terminal status. */
export const Benchmark = t.Object({
  benchmark_id: Id,
  status: t.Union(BENCHMARK_STATUSES.map((status) => t.Literal(status))),
  progress: t.Number({ minimum: 0, maximum: 1 }),
  results: Nullable(BenchmarkResults),
  name: t.String(),
  dataset: t.String(),
  trials: Integer({ description: "How many trials there are in all." }),
  budget_usd: Nullable(t.Number()),
  spent_usd: Nullable(
    t.Number({
      description:
        "Of a benchmark with a budget: what its calls have cost, at the most where a call came to nothing.",
    }),
  ),
  rescores: Nullable(t.String({ description: "The benchmark whose outputs this one scores anew." })),
  created_by: t.String(),
  created_at: Timestamp,
  started_at: Nullable(Timestamp),
  finished_at: Nullable(Timestamp),
  error: Nullable(t.String()),
});
export type Benchmark = Static<typeof Benchmark>;
