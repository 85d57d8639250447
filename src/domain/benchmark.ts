import { type Static, t } from "elysia";
import { SAMPLING_FIELDS, Usage } from "./completion.ts";
import { Id, Integer, ModelName, Name, Nullable, ProviderName, TEXT_MAX, Text, Timestamp } from "./fields.ts";
import { type MetricRequest, MetricRequests, MetricSummary } from "./metric.ts";

export const ITERATIONS_MAX = 1_000_000;
export const RUNS_MAX = 50;
export const SEED_MAX = 2_147_483_647;

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
    iterations: t.Optional(Integer({ minimum: 1, maximum: ITERATIONS_MAX })),
    seed: t.Optional(Integer({ minimum: 0, maximum: SEED_MAX })),
    params: t.Optional(RunParams),
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

export const OUTCOMES = [
  "scored",
  "unparseable",
  "truncated",
  "refused",
  "provider_error",
  "judge_failed",
  "skipped",
] as const;
export type Outcome = (typeof OUTCOMES)[number];
export const OutcomeName = t.Union(OUTCOMES.map((outcome) => t.Literal(outcome)));

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
  usage: Usage,
  errors: t.Record(t.String(), Integer(), { description: "The reasons of provider errors, counted." }),
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

export const BenchmarkResults = t.Object({
  protocols: t.Array(t.String(), { description: "How samples became prompts and outputs became answers." }),
  dataset: t.Object({ name: t.String(), content_hash: t.String(), samples: Integer() }),
  seed: Integer(),
  runs: t.Array(RunResult),
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

/** One sample, one repeat, one run. `run` is the label, or `provider/model`. */
export const Trial = t.Object({
  run: t.String(),
  sample_id: t.String(),
  repeat: Integer(),
  outcome: OutcomeName,
  output: Nullable(t.String()),
  answer: Nullable(t.String({ description: "What was read out of the output, and compared." })),
  scores: t.Record(t.String(), Nullable(t.Number())),
  notes: t.Record(t.String(), t.String(), {
    description: "Why a metric has no score, or what it noted beside it.",
  }),
  usage: Nullable(Usage),
  latency_ms: Nullable(t.Number()),
  cost_usd: Nullable(t.Number()),
  error: Nullable(t.String()),
});
export type Trial = Static<typeof Trial>;

export const labelOf = (run: RunRequest): string => run.label ?? `${run.provider}/${run.model}`;
