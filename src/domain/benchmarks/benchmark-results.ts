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
    description: "Of metrics on a bounded scale of which trials are unscored: the mean at worst and at best.",
  }),
  usage: Usage,
  models: t.Record(t.String(), Integer(), {
    description: "The model's names as the provider returned them, counted.",
  }),
  cut_off: t.Optional(
    Integer({
      description: "Answers that ended at max_tokens, also where something was read out of them and scored.",
    }),
  ),
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
