import { type Static, t } from "elysia";
import { Id, ModelName, Nullable, OutputText, ProviderName, TEXT_MAX, Text, Timestamp } from "./fields.ts";
import { METHODS, METRICS_MAX, MetricName } from "./metric.ts";
import { PluginUsed } from "./plugin.ts";

export const CreateEvaluation = t.Object(
  {
    provider: ProviderName,
    model: ModelName,
    input: Text,
    output: OutputText,
    expected: t.Optional(t.String({ maxLength: TEXT_MAX })),
    context: t.Optional(
      t.Union([
        t.String({ maxLength: TEXT_MAX }),
        t.Array(t.String({ maxLength: TEXT_MAX }), { minItems: 1, maxItems: 1000 }),
      ]),
    ),
    metrics: t.Array(MetricName, { minItems: 1, maxItems: METRICS_MAX, uniqueItems: true }),
  },
  { additionalProperties: false },
);
export type CreateEvaluation = Static<typeof CreateEvaluation>;

/** The document's four fields first. `score` is the mean of the metrics that were scored and lie in 0 to 1. */
export const Evaluation = t.Object({
  score: Nullable(t.Number()),
  metrics: t.Record(t.String(), Nullable(t.Number())),
  evaluation_id: Id,
  created_at: Timestamp,
  methods: t.Record(t.String(), t.Union(METHODS.map((method) => t.Literal(method))), {
    description: "By which method a metric that has several was computed.",
  }),
  reasons: t.Record(t.String(), t.String(), { description: "Why a metric was not scored." }),
});
export type Evaluation = Static<typeof Evaluation>;

export const EvaluationRecord = t.Composite([
  Evaluation,
  t.Object({
    provider: t.String(),
    model: t.String(),
    input: t.String(),
    output: t.String(),
    expected: Nullable(t.String()),
    context: Nullable(t.Array(t.String())),
    plugins: Nullable(t.Array(PluginUsed, { description: "The plugins among its metrics." })),
    created_by: t.String(),
  }),
]);
export type EvaluationRecord = Static<typeof EvaluationRecord>;
