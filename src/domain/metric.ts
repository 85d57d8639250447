import { type Static, t } from "elysia";
import { Integer, Nullable } from "./fields.ts";

const METRICS_MAX = 32;
export const MetricName = t.String({ minLength: 1, maxLength: 100 });

/** The key of a metric's scores. In JavaScript, the key `__proto__` would set the prototype of the record. */
const MetricLabel = t.String({
  minLength: 1,
  maxLength: 100,
  pattern: "^(?!__proto__$)",
  description: "a text other than __proto__",
});

/** A metric as a request names it. `label` is the key of its scores; it is needed if a name occurs twice. */
export const MetricRequest = t.Union([
  MetricName,
  t.Object(
    {
      name: MetricName,
      params: t.Optional(t.Record(t.String(), t.Unknown())),
      label: t.Optional(MetricLabel),
    },
    { additionalProperties: false },
  ),
]);
export type MetricRequest = Static<typeof MetricRequest>;
export const MetricRequests = t.Array(MetricRequest, { minItems: 1, maxItems: METRICS_MAX });

/** Returns the request in its long form: `"f1"` becomes `{ name: "f1" }`. */
export const metricOrder = (request: MetricRequest): Exclude<MetricRequest, string> =>
  typeof request === "string" ? { name: request } : request;

/** Returns the key of a metric's scores: its label, or its name. */
export function metricKey(request: MetricRequest): string {
  const { name, label = name } = metricOrder(request);
  return label;
}

/** The data that a metric may need beside the input and the output. */
export const REQUIREMENTS = [
  "expected",
  "context",
  "usage",
  "timing",
  "first_token",
  "judge",
  "embedding",
] as const;

export const METHODS = ["lexical", "judge"] as const;
export type Method = (typeof METHODS)[number];

/** How well a metric agrees with people: `statistic` between its scores and their judgements of `n` texts. */
export const Agreement = t.Object({
  dataset: t.String(),
  statistic: t.String({ description: "`AUC` is the area under the ROC curve: 0.5 is chance, 1 is perfect." }),
  value: t.Number(),
  n: Integer(),
});
export type Agreement = Static<typeof Agreement>;

const Requirements = t.Array(t.Union(REQUIREMENTS.map((requirement) => t.Literal(requirement))));

/** How a metric is computed without a judge. */
const LexicalForm = t.Object({
  description: t.String(),
  requires: Requirements,
  source: t.String(),
  agreement: t.Array(Agreement, { description: "The measured agreement with human judgement." }),
});
export type LexicalForm = Static<typeof LexicalForm>;

/** An item of `GET /v1/metrics`. */
export const MetricListing = t.Object({
  name: t.String(),
  description: t.String(),
  unit: t.String(),
  range: t.Tuple([Nullable(t.Number()), Nullable(t.Number())]),
  better: t.Union([t.Literal("higher"), t.Literal("lower")]),
  requires: Requirements,
  methods: t.Optional(
    t.Array(t.Union(METHODS.map((method) => t.Literal(method))), {
      description: "The methods of a metric that has several. With a judge, the first is used.",
    }),
  ),
  lexical: t.Optional(LexicalForm),
  parameters: Nullable(
    t.Record(t.String(), t.Unknown(), {
      description: "The JSON schema of `params`. Null if the metric has no parameters.",
    }),
  ),
  source: t.String({ description: "The published definition of the metric." }),
});
export type MetricListing = Static<typeof MetricListing>;

/** How often each label was expected, and what was answered. */
export const Confusion = t.Object({
  labels: t.Array(t.String()),
  matrix: t.Array(t.Array(Integer()), {
    description: "A row per expected label, a column per answered one, in the order of `labels`.",
  }),
  no_label: t.Array(Integer(), {
    description: "By expected label, the answers that are no label. They count as wrong.",
  }),
  per_label: t.Array(
    t.Object({
      label: t.String(),
      support: Integer({ description: "How often it was expected." }),
      precision: t.Number(),
      recall: t.Number(),
      f1: t.Number(),
    }),
  ),
  accuracy: t.Number(),
  macro_f1: t.Number({ description: "The mean of the F1 of all labels that were expected or answered." }),
  mcc: t.Number({ description: "Matthews' correlation coefficient, from -1 to 1; 0 is chance." }),
});
export type Confusion = Static<typeof Confusion>;

/** The mean of the groups' means, beside the mean over all trials. */
export const MacroMean = t.Object({
  value: t.Number({ description: "Each group has the same weight, however many samples it has." }),
  stderr: Nullable(t.Number({ description: "With the groups as given; null if a group has one sample." })),
  groups: Integer({ description: "How many groups have a score." }),
});
export type MacroMean = Static<typeof MacroMean>;

/**
 * A metric over the trials of a run. `value` is the mean per trial, or for a corpus metric the value over all trials.
 * `n` is the number of scored trials. `stderr` and `ci95` need at least two scored trials (one for a proportion).
 * Times have percentiles, and costs have a `total`.
 */
export const MetricSummary = t.Object({
  value: Nullable(t.Number()),
  n: Integer(),
  unit: t.String(),
  better: t.Union([t.Literal("higher"), t.Literal("lower")]),
  stderr: t.Optional(Nullable(t.Number())),
  ci95: t.Optional(Nullable(t.Tuple([t.Number(), t.Number()]))),
  p50: t.Optional(Nullable(t.Number())),
  p95: t.Optional(Nullable(t.Number())),
  p99: t.Optional(Nullable(t.Number())),
  total: t.Optional(Nullable(t.Number())),
  macro: t.Optional(MacroMean),
  confusion: t.Optional(Confusion),
  reduced: t.Optional(
    t.String({ description: "How repeats became one score per sample; `n` then counts samples." }),
  ),
  notes: t.Optional(
    t.Record(t.String(), Integer(), {
      description: "The number of trials by remark on their score, or by reason for having none.",
    }),
  ),
});
export type MetricSummary = Static<typeof MetricSummary>;
