import { type Static, t } from "elysia";
import { Integer, Nullable } from "./fields.ts";

const METRICS_MAX = 32;
export const MetricName = t.String({ minLength: 1, maxLength: 100 });

/** The key of a record of scores: JavaScript would take the one that is left out for something else. */
const MetricLabel = t.String({
  minLength: 1,
  maxLength: 100,
  pattern: "^(?!__proto__$)",
  description: "a text other than __proto__",
});

/** A metric as a request names it. `label` is the key of its scores, where the name alone would stand twice. */
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

/** A request in its long form. */
export const metricOrder = (request: MetricRequest): Exclude<MetricRequest, string> =>
  typeof request === "string" ? { name: request } : request;

/** The key of a metric's scores: its label, or its name. */
export function metricKey(request: MetricRequest): string {
  const { name, label = name } = metricOrder(request);
  return label;
}

/** What a metric may need beside the input and the output. */
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

/** A line of `GET /v1/metrics`. */
export const MetricListing = t.Object({
  name: t.String(),
  description: t.String(),
  unit: t.String(),
  range: t.Tuple([Nullable(t.Number()), Nullable(t.Number())]),
  better: t.Union([t.Literal("higher"), t.Literal("lower")]),
  requires: t.Array(t.Union(REQUIREMENTS.map((requirement) => t.Literal(requirement)))),
  methods: t.Optional(
    t.Array(t.Union(METHODS.map((method) => t.Literal(method))), {
      description: "Of a metric that has several: the first is taken where a judge is named.",
    }),
  ),
  parameters: Nullable(
    t.Record(t.String(), t.Unknown(), {
      description: "The JSON schema of `params`; null where it takes none.",
    }),
  ),
  source: t.String({ description: "The definition that is computed, and whose it is." }),
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
 * A metric over the trials of a run. `value` is the mean per trial, or of a corpus metric its value over all trials
 * together; `n` counts the scored ones. `stderr` and `ci95` are there for two or more of them (for one of a proportion),
 * percentiles for times, `total` for costs.
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
      description: "What was noted beside the scores, and why trials have none, counted.",
    }),
  ),
});
export type MetricSummary = Static<typeof MetricSummary>;
