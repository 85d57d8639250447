import { type Static, t } from "elysia";
import {
  ASSERTIONS_MAX,
  Assertion,
  AssertionResult,
  Bounds,
  CLUSTERINGS,
  type Clustering,
  Comparison,
  EquivalenceMargin,
} from "./comparison.ts";
import { SAMPLING_FIELDS, Usage } from "./completion.ts";
import { Id, Integer, ModelName, Name, Nullable, ProviderName, TEXT_MAX, Text, Timestamp } from "./fields.ts";
import { JudgeChoice } from "./judge.ts";
import { type MetricRequest, MetricRequests, MetricSummary } from "./metric.ts";
import { type PinnedPlugin, PluginRef, PluginUsed } from "./plugin.ts";
import type { PriceSnapshot } from "./price.ts";
import { CallCosts, OUTCOMES, type Outcome } from "./trial.ts";

export const ITERATIONS_MAX = 1_000_000;
export const RUNS_MAX = 50;
export const SEED_MAX = 2_147_483_647;

const TransformList = t.Array(PluginRef, { maxItems: 8 });

/** Plugins that rewrite what goes to the model and what comes from it, one after the other. */
export const Transforms = t.Object(
  { prompt: t.Optional(TransformList), output: t.Optional(TransformList) },
  { additionalProperties: false },
);
export type Transforms = Static<typeof Transforms>;

/** How a run's model is asked. `prompt_template` takes the place of the protocol's prompt. */
export const RunParams = t.Object(
  {
    ...SAMPLING_FIELDS,
    system: t.Optional(Text),
    prompt_template: t.Optional(
      t.String({
        minLength: 1,
        maxLength: TEXT_MAX,
        description:
          "The prompt, with a sample's fields in double braces, such as {{input}}, {{choices}} or {{metadata.topic}}.",
      }),
    ),
  },
  { additionalProperties: false },
);
export type RunParams = Static<typeof RunParams>;

const BudgetUsd = t.Number({
  minimum: 0,
  maximum: 1_000_000,
  description: "US dollars that all calls together may cost: no call is made that could exceed it.",
});

/** One provider and model inside a benchmark. Two runs of the same model need labels. */
export const RunRequest = t.Object(
  {
    provider: ProviderName,
    model: ModelName,
    label: t.Optional(t.String({ minLength: 1, maxLength: 100 })),
    params: t.Optional(RunParams),
    transforms: t.Optional(Transforms),
  },
  { additionalProperties: false },
);
export type RunRequest = Static<typeof RunRequest>;

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

export const RunResult = t.Object({
  run: t.String(),
  provider: t.String(),
  model: t.String(),
  trials: Integer(),
  outcomes: t.Object(
    Object.fromEntries(OUTCOMES.map((outcome) => [outcome, Integer()])) as Record<
      Outcome,
      ReturnType<typeof Integer>
    >,
  ),
  metrics: t.Record(t.String(), MetricSummary),
  bounds: t.Record(t.String(), Bounds, {
    description: "Of metrics on a bounded scale of which trials are unscored: the mean at worst and at best.",
  }),
  usage: Usage,
  models: t.Record(t.String(), Integer(), {
    description: "The model's names as the provider returned them, counted.",
  }),
  prompts_hash: t.String({
    description: "SHA-256 over what the model was sent, trial by trial in their order.",
  }),
  judge: t.Optional(Nullable(CallCosts)),
  embedding: t.Optional(Nullable(CallCosts)),
  errors: t.Record(t.String(), Integer(), {
    description: "The reasons of provider errors and of failed transforms, counted.",
  }),
  params: t.Optional(RunParams),
  stopped: t.Optional(
    Nullable(
      t.String({
        description: "Why the run was ended before its last trial; the rest of them are `skipped`.",
      }),
    ),
  ),
});
export type RunResult = Static<typeof RunResult>;

/** The samples of one group, run by run. */
export const GroupResult = t.Object({
  group: t.String(),
  runs: t.Array(t.Object({ run: t.String(), metrics: t.Record(t.String(), MetricSummary) })),
});
export type GroupResult = Static<typeof GroupResult>;

/** `stopped` says why it was called no more; null if nothing stopped it. */
const PluginOutcome = t.Composite([PluginUsed, t.Object({ ref: t.String(), stopped: Nullable(t.String()) })]);

export const BenchmarkResults = t.Object({
  protocols: t.Array(t.String(), { description: "How samples became prompts and outputs became answers." }),
  dataset: t.Object({ name: t.String(), content_hash: t.String(), samples: Integer() }),
  seed: Integer(),
  runs: t.Array(RunResult),
  comparisons: t.Array(Comparison, { description: "Each two runs in each metric." }),
  groups: t.Array(GroupResult, {
    description: "The dataset's groups, the largest first: at most 100, and at most 2,000 over all runs.",
  }),
  groups_left_out: Integer(),
  plugins: t.Optional(t.Array(PluginOutcome, { description: "Those that had a hand in these results." })),
  assertions: t.Optional(t.Array(AssertionResult)),
  passed: t.Optional(t.Boolean({ description: "Whether every assertion holds." })),
});
export type BenchmarkResults = Static<typeof BenchmarkResults>;

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
  created_by: t.String(),
  created_at: Timestamp,
  started_at: Nullable(Timestamp),
  finished_at: Nullable(Timestamp),
  error: Nullable(t.String()),
});
export type Benchmark = Static<typeof Benchmark>;

export const labelOf = (run: RunRequest): string => run.label ?? `${run.provider}/${run.model}`;
