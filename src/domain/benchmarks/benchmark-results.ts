import { type Static, t } from "elysia";
import { Usage } from "../completions/completion.ts";
import { Integer, Nullable } from "../fields.ts";
import { MetricSummary } from "../metric.ts";
import { PluginUsed } from "../plugin.ts";
import { AssertionResult, Bounds, Comparison } from "./comparison.ts";
import { RunParams } from "./run.ts";
import { CallCosts, OUTCOMES, type Outcome } from "./trial.ts";

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
    description:
      "Worst-case bounds of the mean, if all unscored trials had the lowest, or the highest, value. Present for metrics with a bounded scale and unscored trials.",
  }),
  usage: Usage,
  models: t.Record(t.String(), Integer(), {
    description: "The number of answers for each model name that the provider returned.",
  }),
  read_by: t.Optional(
    t.Record(t.String(), Integer(), {
      description:
        "The rules that read the answers, counted. It shows a model that ignores the asked-for form.",
    }),
  ),
  cut_off: t.Optional(
    Integer({
      description: "Number of answers that ended at max_tokens. Some of them may still have been scored.",
    }),
  ),
  context_not_shown: t.Optional(
    Integer({
      description:
        "Number of samples with a `context` that the run's prompt does not show. Absent if it shows all of them.",
    }),
  ),
  prompts_hash: t.String({
    description: "SHA-256 of the messages sent to the model, in the order of the trials.",
  }),
  judge: t.Optional(Nullable(CallCosts)),
  embedding: t.Optional(Nullable(CallCosts)),
  errors: t.Record(t.String(), Integer(), {
    description: "Number of provider errors and failed transforms, by reason.",
  }),
  params: t.Optional(RunParams),
  stopped: t.Optional(
    Nullable(
      t.String({
        description: "Why the run stopped before its last trial; its other trials are `skipped`.",
      }),
    ),
  ),
});
export type RunResult = Static<typeof RunResult>;

/** The results of one group of samples, by run. */
export const GroupResult = t.Object({
  group: t.String(),
  runs: t.Array(t.Object({ run: t.String(), metrics: t.Record(t.String(), MetricSummary) })),
});
export type GroupResult = Static<typeof GroupResult>;

/** `stopped` says why the benchmark no longer calls the plugin; null if it was never stopped. */
const PluginOutcome = t.Composite([PluginUsed, t.Object({ ref: t.String(), stopped: Nullable(t.String()) })]);

export const BenchmarkResults = t.Object({
  protocols: t.Array(t.String(), {
    description: "The protocols that turned samples into prompts, and outputs into answers.",
  }),
  dataset: t.Object({ name: t.String(), content_hash: t.String(), samples: Integer() }),
  seed: Integer(),
  runs: t.Array(RunResult),
  comparisons: t.Array(Comparison, { description: "One comparison for each pair of runs and each metric." }),
  groups: t.Array(GroupResult, {
    description:
      "The dataset's groups, largest first: at most 100 groups, and at most 2,000 group results over all runs.",
  }),
  groups_left_out: Integer(),
  plugins: t.Optional(t.Array(PluginOutcome, { description: "The plugins that these results depend on." })),
  assertions: t.Optional(t.Array(AssertionResult)),
  passed: t.Optional(t.Boolean({ description: "Whether every assertion holds." })),
});
export type BenchmarkResults = Static<typeof BenchmarkResults>;
