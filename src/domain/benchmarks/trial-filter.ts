import { type Static, t } from "elysia";
import { PAGE_FIELDS } from "../page.ts";
import { OutcomeName } from "./trial.ts";

const FILTER_FIELDS = {
  run: t.Optional(
    t.String({ minLength: 1, maxLength: 400, description: "A run's label, or provider/model." }),
  ),
  outcome: t.Optional(OutcomeName),
  group: t.Optional(t.String({ minLength: 1, maxLength: 200 })),
  metric: t.Optional(
    t.String({
      minLength: 1,
      maxLength: 100,
      description:
        "The metric that `correct` and `disagree` speak of: `accuracy` if it was asked for, else the first that lies in 0 to 1.",
    }),
  ),
  correct: t.Optional(
    t.Union([t.Literal("true"), t.Literal("false")], {
      description: "Whether the metric has its best value. Trials without a value are neither.",
    }),
  ),
  disagree: t.Optional(
    t.Union([t.Literal("true"), t.Literal("false")], {
      description: "Whether of the runs that were asked the same, some were correct and some were not.",
    }),
  ),
};

/** Which trials of a benchmark are asked for. */
const TrialFilter = t.Object(FILTER_FIELDS);
export type TrialFilter = Static<typeof TrialFilter>;

export const TrialQuery = t.Object({ ...PAGE_FIELDS, ...FILTER_FIELDS }, { additionalProperties: false });

export const EXPORT_FORMATS = ["jsonl", "csv"] as const;
export const ExportQuery = t.Object(
  { format: t.Optional(t.Union(EXPORT_FORMATS.map((format) => t.Literal(format)))), ...FILTER_FIELDS },
  { additionalProperties: false },
);
export type ExportQuery = Static<typeof ExportQuery>;
