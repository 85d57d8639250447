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
import { PAGE_FIELDS } from "./page.ts";
import { PluginUsed } from "./plugin.ts";

/** Accepted references, or passages of a context. */
const PASSAGES_MAX = 1000;
const LongText = t.String({ maxLength: TEXT_MAX });
const OneOrMany = t.Union([LongText, t.Array(LongText, { minItems: 1, maxItems: PASSAGES_MAX })]);

/** What is judged, apart from who wrote it. */
const ITEM_FIELDS = {
  input: Text,
  output: OutputText,
  expected: t.Optional(OneOrMany),
  context: t.Optional(OneOrMany),
};

/** How it is judged. */
const JUDGING_FIELDS = {
  metrics: MetricRequests,
  judge: t.Optional(JudgeChoice),
  explanations: t.Optional(
    t.Boolean({ description: "Whether the answer holds what metrics have to say about their scores." }),
  ),
};

export const CreateEvaluation = t.Object(
  { provider: ProviderName, model: ModelName, ...ITEM_FIELDS, ...JUDGING_FIELDS },
  { additionalProperties: false },
);
export type CreateEvaluation = Static<typeof CreateEvaluation>;
export type EvaluationJudging = Pick<CreateEvaluation, keyof typeof JUDGING_FIELDS>;

const BATCH_MAX = 1000;

/** One output of a batch; its author is the batch's where it names none. */
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

/** Many outputs judged in one way. */
export const CreateEvaluationBatch = batchOf(EvaluationItem);

/** The same as it comes in: each item is looked at by itself, so that a bad one harms no other. */
export const UncheckedBatch = batchOf(t.Unknown());
export type UncheckedBatch = Static<typeof UncheckedBatch>;

const ByMetric = (description: string) => t.Record(t.String(), t.String(), { description });

/**
 * The document's four fields first. `score` is the mean of the metrics that were scored and lie in 0 to 1, those of
 * which less is better turned round.
 */
export const Evaluation = t.Object({
  score: Nullable(t.Number()),
  metrics: t.Record(t.String(), Nullable(t.Number())),
  evaluation_id: Id,
  created_at: Timestamp,
  methods: t.Record(t.String(), t.Union(METHODS.map((method) => t.Literal(method))), {
    description: "By which method a metric was computed: of those that a judge may score.",
  }),
  reasons: ByMetric("Why a metric was not scored."),
  notes: ByMetric("What a metric noted beside its score, such as the class that a judge chose."),
  explanations: t.Optional(ByMetric("What a metric has to say about its score; where it was asked for.")),
  judge: Nullable(JudgeReport),
  embedding: Nullable(CallAccount),
});
export type Evaluation = Static<typeof Evaluation>;

/** What became of one item of a batch: it has an evaluation, or an error. */
export const EvaluationOutcome = t.Object({
  index: Integer({ description: "The item's place in the request, from 0." }),
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
  succeeded: Integer({ description: "Items with an evaluation." }),
  failed: Integer({ description: "Items with an error." }),
});
export type EvaluationBatch = Static<typeof EvaluationBatch>;

/** An evaluation read back, with all that is needed to have it judged again. */
export const EvaluationRecord = t.Composite([
  Evaluation,
  t.Object({
    provider: t.String(),
    model: t.String(),
    input: t.String(),
    output: t.String(),
    expected: Nullable(t.Union([t.String(), t.Array(t.String())])),
    context: Nullable(t.Array(t.String())),
    plugins: Nullable(t.Array(PluginUsed, { description: "The plugins among its metrics." })),
    metric_requests: t.Array(MetricRequest, { description: "The metrics as they were asked for." }),
    created_by: t.String(),
  }),
]);
export type EvaluationRecord = Static<typeof EvaluationRecord>;

/** Kept as text, as the numbers of a page are. */
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

/** Which evaluations are asked for. */
export interface EvaluationFilter {
  provider?: string | undefined;
  model?: string | undefined;
  caller?: string | undefined;
  /** The least id that is asked for: ids are in the order of their making. */
  from_id?: string | undefined;
  min_score?: number | undefined;
  max_score?: number | undefined;
}
