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
        "The metric to which `correct` and `disagree` refer. Default: `accuracy` if the benchmark has it, else the first metric with the range 0 to 1.",
    }),
  ),
  correct: t.Optional(
    t.Union([t.Literal("true"), t.Literal("false")], {
      description:
        "`true`: trials with the metric's best value. `false`: trials with another value. Unscored trials are in neither.",
    }),
  ),
  disagree: t.Optional(
    t.Union([t.Literal("true"), t.Literal("false")], {
      description:
        "`true`: trials of samples that some runs answered correctly and others did not. `false`: the rest.",
    }),
  ),
};

/** Selects trials of a benchmark. */
const TrialFilter = t.Object(FILTER_FIELDS);
export type TrialFilter = Static<typeof TrialFilter>;

export const TrialQuery = t.Object({ ...PAGE_FIELDS, ...FILTER_FIELDS }, { additionalProperties: false });

export const EXPORT_FORMATS = ["jsonl", "csv"] as const;
export const ExportQuery = t.Object(
  { format: t.Optional(t.Union(EXPORT_FORMATS.map((format) => t.Literal(format)))), ...FILTER_FIELDS },
  { additionalProperties: false },
);
export type ExportQuery = Static<typeof ExportQuery>;

/** Which trial is read whole. */
export const TrialName = t.Object(
  {
    sample_id: t.String({ minLength: 1, maxLength: 200 }),
    run: t.Optional(
      t.String({
        minLength: 1,
        maxLength: 400,
        description: "The run's label. May be left out if there is one run.",
      }),
    ),
    repeat: t.Optional(t.String({ pattern: "^[0-9]{1,7}$", description: "a whole number, 0 if left out" })),
  },
  { additionalProperties: false },
);
export type TrialName = Static<typeof TrialName>;
