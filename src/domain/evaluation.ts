import { type Static, t } from "elysia";
import {
  Id,
  Integer,
  ModelName,
  Nullable,
  OutputText,
  ProviderName,
  Since,
  TEXT_MAX,
  Text,
  Timestamp,
} from "./fields.ts";
import { CallAccount, JudgeChoice, JudgeReport } from "./judge.ts";
import { METHODS, MetricRequest, MetricRequests } from "./metric.ts";
import { LISTED_BYTES_MAX, PAGE_FIELDS } from "./page.ts";
import { PluginUsed } from "./plugin.ts";

/** The most references, or passages of a context, in one evaluation. */
const PASSAGES_MAX = 1000;
const LongText = t.String({ maxLength: TEXT_MAX });
const OneOrMany = t.Union([LongText, t.Array(LongText, { minItems: 1, maxItems: PASSAGES_MAX })]);

/** The output to score, with its input and references. */
const ITEM_FIELDS = {
  input: Text,
  output: OutputText,
  expected: t.Optional(OneOrMany),
  context: t.Optional(OneOrMany),
};

/** The metrics and the judge. */
const JUDGING_FIELDS = {
  metrics: MetricRequests,
  judge: t.Optional(JudgeChoice),
  explanations: t.Optional(
    t.Boolean({ description: "Whether the response contains the metrics' explanations of their scores." }),
  ),
};

export const CreateEvaluation = t.Object(
  { provider: ProviderName, model: ModelName, ...ITEM_FIELDS, ...JUDGING_FIELDS },
  { additionalProperties: false },
);
export type CreateEvaluation = Static<typeof CreateEvaluation>;
export type EvaluationJudging = Pick<CreateEvaluation, keyof typeof JUDGING_FIELDS>;

const BATCH_MAX = 1000;

/** One output of a batch. `provider` and `model` default to those of the batch. */
export const EvaluationItem = t.Object(
  { ...ITEM_FIELDS, provider: t.Optional(ProviderName), model: t.Optional(ModelName) },
  { additionalProperties: false },
);
export type EvaluationItem = Static<typeof EvaluationItem>;

const batchOf = <Item extends typeof EvaluationItem | ReturnType<typeof t.Unknown>>(item: Item) =>
  t.Object(
    {
      provider: t.Optional(ProviderName),
      model: t.Optional(ModelName),
      ...JUDGING_FIELDS,
      items: t.Array(item, { minItems: 1, maxItems: BATCH_MAX }),
    },
    { additionalProperties: false },
  );

/** Many outputs that are scored with the same metrics and judge. */
export const CreateEvaluationBatch = batchOf(EvaluationItem);

/** A batch whose items are not checked yet. Each item is checked alone, so that an invalid one fails only itself. */
export const UncheckedBatch = batchOf(t.Unknown());
export type UncheckedBatch = Static<typeof UncheckedBatch>;

const EXPLANATIONS = "By metric: the explanation of its score. Present if it was requested.";
const ByMetric = (description: string) => t.Record(t.String(), t.String(), { description });

/**
 * An evaluation as callers see it. Its first four fields are those of the API document. `score` is the mean of the
 * scored metrics with the range 0 to 1; a metric of which less is better counts as one minus its value.
 */
export const Evaluation = t.Object({
  score: Nullable(t.Number()),
  metrics: t.Record(t.String(), Nullable(t.Number())),
  evaluation_id: Id,
  created_at: Timestamp,
  methods: t.Record(t.String(), t.Union(METHODS.map((method) => t.Literal(method))), {
    description: "The method of each metric that a judge can score: `judge`, or `lexical` without one.",
  }),
  reasons: ByMetric("By metric: why it was not scored."),
  notes: ByMetric("By metric: a remark on its score, such as the class that the judge chose."),
  explanations: t.Optional(ByMetric(EXPLANATIONS)),
  judge: Nullable(JudgeReport),
  embedding: Nullable(CallAccount),
});
export type Evaluation = Static<typeof Evaluation>;

/** The outcome of one item of a batch: an evaluation or an error. */
export const EvaluationOutcome = t.Object({
  index: Integer({ description: "The index of the item in the request, from 0." }),
  evaluation: t.Optional(Evaluation),
  error: t.Optional(
    t.Object({
      code: t.String(),
      message: t.String(),
      details: t.Record(t.String(), t.Unknown()),
    }),
  ),
});
export type EvaluationOutcome = Static<typeof EvaluationOutcome>;

export const EvaluationBatch = t.Object({
  items: t.Array(EvaluationOutcome),
  succeeded: Integer({ description: "The number of items with an evaluation." }),
  failed: Integer({ description: "The number of items with an error." }),
});
export type EvaluationBatch = Static<typeof EvaluationBatch>;

/** A stored evaluation, with all that is needed to repeat it. */
export const EvaluationRecord = t.Composite([
  Evaluation,
  t.Object({
    provider: t.String(),
    model: t.String(),
    input: t.String(),
    output: t.String(),
    expected: Nullable(t.Union([t.String(), t.Array(t.String())])),
    context: Nullable(t.Array(t.String())),
    plugins: Nullable(t.Array(PluginUsed, { description: "The plugins among the metrics." })),
    metric_requests: t.Array(MetricRequest, { description: "The metrics as the request named them." }),
    created_by: t.String(),
  }),
]);
export type EvaluationRecord = Static<typeof EvaluationRecord>;

/** The fields that a list leaves out if they are long. */
const LONG_FIELDS = [
  "input",
  "output",
  "expected",
  "context",
  "reasons",
  "notes",
  "explanations",
  "plugins",
  "metric_requests",
] as const;
export type LongEvaluationField = (typeof LONG_FIELDS)[number];

const { input, output, reasons, notes, metric_requests } = EvaluationRecord.properties;

/** An evaluation in a list. Long fields are null and named in `left_out`; `GET /v1/evaluations/:id` returns them. */
export const EvaluationListing = t.Object({
  ...EvaluationRecord.properties,
  input: Nullable(input),
  output: Nullable(output),
  reasons: Nullable(reasons),
  notes: Nullable(notes),
  explanations: t.Optional(Nullable(ByMetric(EXPLANATIONS))),
  metric_requests: Nullable(metric_requests),
  left_out: t.Array(t.Union(LONG_FIELDS.map((field) => t.Literal(field))), {
    description: `Fields of more than ${LISTED_BYTES_MAX} bytes, which are null here. GET /v1/evaluations/{id} returns them.`,
  }),
});
export type EvaluationListing = Static<typeof EvaluationListing>;

/** A number from 0 to 1, checked as text for the same reason as the page numbers: see `PAGE_FIELDS`. */
const ScoreBound = t.String({
  pattern: "^(0|0?\\.[0-9]{1,17}|1(\\.0{1,17})?)$",
  description: "a number from 0 to 1",
});

export const EvaluationQuery = t.Object(
  {
    ...PAGE_FIELDS,
    provider: t.Optional(ProviderName),
    model: t.Optional(ModelName),
    caller: t.Optional(t.String({ minLength: 1, maxLength: 100 })),
    since: t.Optional(Since),
    min_score: t.Optional(ScoreBound),
    max_score: t.Optional(ScoreBound),
  },
  { additionalProperties: false },
);
export type EvaluationQuery = Static<typeof EvaluationQuery>;

/** Selects stored evaluations. */
export interface EvaluationFilter {
  provider?: string | undefined;
  model?: string | undefined;
  caller?: string | undefined;
  /** The smallest id to return. Ids sort by their time of creation. */
  from_id?: string | undefined;
  min_score?: number | undefined;
  max_score?: number | undefined;
}
