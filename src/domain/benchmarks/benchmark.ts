import { type Static, t } from "elysia";
import { AnswerPattern } from "../answers/answer-pattern.ts";
import { Id, Integer, Name, Nullable, Timestamp } from "../fields.ts";
import { JudgeChoice } from "../judge.ts";
import { type MetricRequest, MetricRequests } from "../metric.ts";
import { LISTED_BYTES_MAX } from "../page.ts";
import type { PinnedPlugin } from "../plugin.ts";
import type { PriceSnapshot } from "../price.ts";
import { BenchmarkResults } from "./benchmark-results.ts";
import {
  ASSERTIONS_MAX,
  Assertion,
  CLUSTERINGS,
  type Clustering,
  Comparison,
  EquivalenceMargin,
} from "./comparison.ts";
import { Reduce } from "./reduce.ts";
import { RunParams, RunRequest, Transforms } from "./run.ts";

export const ITERATIONS_MAX = 1_000_000;
const RUNS_MAX = 50;
export const SEED_MAX = 2_147_483_647;

/** A benchmark of more paid calls needs `iterations`, `budget_usd` or `confirm`. */
export const UNCONFIRMED_CALLS_MAX = 5_000;

const BudgetUsd = t.Number({
  minimum: 0,
  maximum: 1_000_000,
  description:
    "The most that all calls together may cost, in US dollars. A call that could exceed it is not made.",
});

export const CreateBenchmark = t.Object(
  {
    name: Name,
    providers: t.Array(RunRequest, { minItems: 1, maxItems: RUNS_MAX }),
    dataset: t.String({ minLength: 1, maxLength: 300 }),
    metrics: MetricRequests,
    judge: t.Optional(JudgeChoice),
    iterations: t.Optional(
      Integer({
        minimum: 1,
        maximum: ITERATIONS_MAX,
        description:
          "The number of trials per run. Left out: every sample of the dataset once. Fewer than the samples: a random subset chosen by `seed`, the same for every run. More: whole passes over the dataset, then such a subset; each pass is a `repeat`.",
      }),
    ),
    seed: t.Optional(
      Integer({
        minimum: 0,
        maximum: SEED_MAX,
        description:
          "Chooses and orders the samples. Left out: 0, so that benchmarks over the same dataset ask the same samples.",
      }),
    ),
    equivalence_margin: t.Optional(EquivalenceMargin),
    reduce: t.Optional(Reduce),
    cluster_by: t.Optional(t.Union(CLUSTERINGS.map((name) => t.Literal(name)))),
    assertions: t.Optional(t.Array(Assertion, { minItems: 1, maxItems: ASSERTIONS_MAX })),
    protocol: t.Optional(
      t.String({
        minLength: 1,
        maxLength: 100,
        description:
          "Turns samples into prompts, and outputs into answers. `GET /v1/datasets` lists the protocols of each dataset. Left out: the first of them.",
      }),
    ),
    params: t.Optional(RunParams),
    transforms: t.Optional(Transforms),
    budget_usd: t.Optional(BudgetUsd),
    confirm: t.Optional(
      t.Boolean({
        description: `Allows more than ${UNCONFIRMED_CALLS_MAX} paid calls without \`iterations\` and \`budget_usd\`.`,
      }),
    ),
    max_failures: t.Optional(
      Integer({
        minimum: 1,
        maximum: ITERATIONS_MAX,
        description: "A run stops after this many provider errors in a row. The other runs continue.",
      }),
    ),
  },
  { additionalProperties: false },
);
export type CreateBenchmark = Static<typeof CreateBenchmark>;

const { metrics, protocol, judge, assertions, equivalence_margin, reduce, cluster_by, budget_usd } =
  CreateBenchmark.properties;

/** The changes with which stored outputs are scored again. A field that is left out keeps its value. */
export const RescoreBenchmark = t.Object(
  {
    name: t.Optional(Name),
    metrics: t.Optional(metrics),
    protocol,
    judge,
    assertions,
    equivalence_margin,
    reduce,
    cluster_by,
    budget_usd,
    answer_pattern: t.Optional(AnswerPattern),
  },
  { additionalProperties: false, minProperties: 1 },
);
export type RescoreBenchmark = Static<typeof RescoreBenchmark>;

/** The changes with which an ended benchmark resumes. */
export const ResumeBenchmark = t.Object(
  { budget_usd: t.Optional(BudgetUsd) },
  { additionalProperties: false },
);
export type ResumeBenchmark = Static<typeof ResumeBenchmark>;

/** The request with every default filled in. It holds all that is needed to repeat the benchmark. */
export interface BenchmarkSpec {
  runs: RunRequest[];
  metrics: MetricRequest[];
  iterations: number;
  seed: number;
  group: string | null;
  /** The unit of independent evidence: a sample with its repeats, or all samples of a group. */
  cluster_by: Clustering;
  equivalence_margin?: EquivalenceMargin;
  /** Absent: each trial has its own score. */
  reduce?: Reduce;
  assertions?: Assertion[];
  /** Null or absent, in benchmarks from before `auto`: each sample has the protocol for samples with, or without, choices. */
  protocol?: string | null;
  /** Whether the request named the protocol; absent in benchmarks from before this was stored. */
  protocol_named?: boolean;
  /** The price of each run's model when the benchmark was created; null if it is not known. */
  prices: (PriceSnapshot | null)[];
  server_version: string;
  /** The judge; absent if no metric needs one. */
  judge?: JudgeChoice;
  /** The version of the judge's prompt, by metric. */
  prompt_versions?: Record<string, string>;
  /** The benchmark whose stored outputs are scored; absent if models are called. */
  rescores?: string;
  /** The transforms of all runs. Those of a single run are applied after these. */
  transforms?: Transforms;
  /** The plugins among the metrics and transforms, in their versions at the benchmark's creation. */
  plugins?: PinnedPlugin[];
  params: RunParams;
  /** Null or absent: no budget was set. */
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

/**
 * A benchmark as callers see it. Its first four fields are those of the API document. `progress` is the share of
 * trials that are settled, and 1 in every terminal status.
 */
export const Benchmark = t.Object({
  benchmark_id: Id,
  status: t.Union(BENCHMARK_STATUSES.map((status) => t.Literal(status))),
  progress: t.Number({ minimum: 0, maximum: 1 }),
  results: Nullable(BenchmarkResults),
  name: t.String(),
  dataset: t.String(),
  trials: Integer({ description: "The number of trials of all runs together: `iterations` times the runs." }),
  budget_usd: Nullable(t.Number()),
  spent_usd: Nullable(
    t.Number({
      description:
        "The cost of the calls so far, in US dollars. A failed call counts with the most that it may have cost. Null without a budget.",
    }),
  ),
  rescores: Nullable(t.String({ description: "The benchmark whose stored outputs this one scores." })),
  created_by: t.String(),
  created_at: Timestamp,
  started_at: Nullable(Timestamp),
  finished_at: Nullable(Timestamp),
  error: Nullable(t.String()),
});
export type Benchmark = Static<typeof Benchmark>;

/** A benchmark in a list. Long fields are null and named in `left_out`; `GET /v1/benchmarks/:id` returns them. */
export const BenchmarkListing = t.Object({
  ...Benchmark.properties,
  left_out: t.Array(t.Union([t.Literal("results"), t.Literal("error")]), {
    description: `Fields of more than ${LISTED_BYTES_MAX} bytes, which are null here. GET /v1/benchmarks/{id} returns them.`,
  }),
});
export type BenchmarkListing = Static<typeof BenchmarkListing>;
const InterimVerdict = Nullable(Comparison.properties.verdict);

/** What the settled trials of a benchmark show. */
export const CurrentResults = t.Object({
  benchmark_id: Id,
  status: Benchmark.properties.status,
  interim: t.Boolean({
    description: "Whether the benchmark still runs. Interim results have no verdicts and no assertions.",
  }),
  settled: Integer({ description: "How many trials these results are computed from." }),
  trials: Integer({ description: "How many trials there are in all." }),
  computed_at: Nullable(Timestamp),
  ...BenchmarkResults.properties,
  comparisons: t.Array(
    t.Object({
      ...Comparison.properties,
      verdict: InterimVerdict,
      verdict_reason: t.Optional(t.String({ description: "Why there is no verdict, if it is null." })),
    }),
  ),
});
export type CurrentResults = Static<typeof CurrentResults>;
