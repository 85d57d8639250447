import { type Static, t } from "elysia";
import { SAMPLING_FIELDS, SamplingParams, Usage } from "./completion.ts";
import { Id, Integer, ModelName, Name, Nullable, ProviderName, Text, Timestamp } from "./fields.ts";
import { METRICS_MAX, MetricName, MetricSummary } from "./metric.ts";
import { type PinnedPlugin, PluginRef, PluginUsed } from "./plugin.ts";

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

/** One provider and model inside a benchmark. Two runs of the same model need labels. */
export const RunRequest = t.Object(
  {
    provider: ProviderName,
    model: ModelName,
    label: t.Optional(t.String({ minLength: 1, maxLength: 100 })),
    params: t.Optional(SamplingParams),
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
    metrics: t.Array(MetricName, { minItems: 1, maxItems: METRICS_MAX, uniqueItems: true }),
    iterations: t.Optional(Integer({ minimum: 1, maximum: ITERATIONS_MAX })),
    seed: t.Optional(Integer({ minimum: 0, maximum: SEED_MAX })),
    params: t.Optional(
      t.Object({ ...SAMPLING_FIELDS, system: t.Optional(Text) }, { additionalProperties: false }),
    ),
    transforms: t.Optional(Transforms),
  },
  { additionalProperties: false },
);
export type CreateBenchmark = Static<typeof CreateBenchmark>;

/** What was asked for, with every default filled in: all that a run needs to be done again. */
export interface BenchmarkSpec {
  runs: RunRequest[];
  metrics: string[];
  iterations: number;
  seed: number;
  group: string | null;
  params: NonNullable<CreateBenchmark["params"]>;
  /** Of all runs; a run's own come after these. */
  transforms?: Transforms;
  /** The plugins among the metrics and transforms, each in the version that it was when the benchmark was made. */
  plugins?: PinnedPlugin[];
}

export const BENCHMARK_STATUSES = ["pending", "running", "completed", "failed", "cancelled"] as const;
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
  errors: t.Record(t.String(), Integer(), {
    description: "The reasons of provider errors and of plugins' failures, counted.",
  }),
});
export type RunResult = Static<typeof RunResult>;

/** `stopped` says why it was called no more; null if nothing stopped it. */
const PluginOutcome = t.Composite([PluginUsed, t.Object({ ref: t.String(), stopped: Nullable(t.String()) })]);

export const BenchmarkResults = t.Object({
  protocols: t.Array(t.String(), { description: "How samples became prompts and outputs became answers." }),
  dataset: t.Object({ name: t.String(), content_hash: t.String(), samples: Integer() }),
  seed: Integer(),
  runs: t.Array(RunResult),
  plugins: t.Optional(t.Array(PluginOutcome, { description: "Those that had a hand in these results." })),
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
  usage: Nullable(Usage),
  latency_ms: Nullable(t.Number()),
  cost_usd: Nullable(t.Number()),
  error: Nullable(t.String()),
});
export type Trial = Static<typeof Trial>;

export const labelOf = (run: RunRequest): string => run.label ?? `${run.provider}/${run.model}`;
