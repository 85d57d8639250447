import { type Static, t } from "elysia";
import { FinishReason, Usage } from "../completions/completion.ts";
import { Integer, Nullable } from "../fields.ts";
import { LISTED_BYTES_MAX } from "../page.ts";

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

/** The tokens and costs of the judge's or of the embedding model's calls. */
export const CallCosts = t.Object({
  usage: Usage,
  cost_usd: Nullable(t.Number({ description: "In US dollars. Null if the price of any call is not known." })),
});
export type CallCosts = Static<typeof CallCosts>;

/** A trial: one sample, one repeat, one run. `run` is the run's label, or `provider/model`. */
export const Trial = t.Object({
  run: t.String(),
  sample_id: t.String(),
  group: Nullable(t.String()),
  repeat: Integer(),
  outcome: OutcomeName,
  prompt_hash: Nullable(
    t.String({ description: "The first digits of the SHA-256 of the messages sent to the model." }),
  ),
  answered_model: Nullable(t.String({ description: "The model's name as the provider returned it." })),
  finish_reason: Nullable(FinishReason),
  input: Nullable(t.String({ description: "The sample's input." })),
  expected: Nullable(
    t.Array(t.String(), {
      description: "The sample's references; for choices, the letter of the right one. Null if it has none.",
    }),
  ),
  output: Nullable(t.String()),
  answer: Nullable(t.String({ description: "The answer that was read from the output and compared." })),
  read_by: Nullable(
    t.String({
      description: "The rule that read the answer. Null if no rule read one, or if it was not stored.",
    }),
  ),
  scores: t.Record(t.String(), Nullable(t.Number())),
  notes: t.Record(t.String(), t.String(), {
    description: "By metric: why it has no score, or a remark on its score.",
  }),
  usage: Nullable(Usage),
  latency_ms: Nullable(t.Number()),
  ttft_ms: Nullable(
    t.Number({
      description: "Time to the first piece of the answer, in milliseconds. Null if no metric needs it.",
    }),
  ),
  cost_usd: Nullable(t.Number()),
  judge_usage: Nullable(Usage),
  judge_cost_usd: Nullable(
    t.Number({ description: "In US dollars. Null if no judge was called, or its price is not known." }),
  ),
  embedding_usage: Nullable(Usage),
  embedding_cost_usd: Nullable(t.Number()),
  error: Nullable(t.String()),
});
export type Trial = Static<typeof Trial>;

const LONG_FIELDS = ["input", "expected", "output", "answer", "notes", "error"] as const;
export type LongTrialField = (typeof LONG_FIELDS)[number];

/** A trial in a list: fields that are too long are left out and named. */
export const TrialListing = t.Object({
  ...Trial.properties,
  notes: Nullable(Trial.properties.notes),
  left_out: t.Array(t.Union(LONG_FIELDS.map((field) => t.Literal(field))), {
    description: `Fields of more than ${LISTED_BYTES_MAX} bytes, which are null here. \`GET /v1/benchmarks/{id}/trial\` has them.`,
  }),
});
export type TrialListing = Static<typeof TrialListing>;

/** A trial with all that is known of it. */
export const WholeTrial = t.Object({
  ...Trial.properties,
  metadata: Nullable(t.Record(t.String(), t.Unknown(), { description: "The sample's metadata." })),
});
export type WholeTrial = Static<typeof WholeTrial>;

/** The most characters of an answer that an export repeats beside an output of the same text. */
export const REPEATED_MAX = 200;

/** A line of an export. */
export const ExportedTrial = t.Object({
  ...WholeTrial.properties,
  left_out: t.Array(t.Literal("answer"), {
    description: `Names \`answer\` if it is null here, because it equals the whole output and has more than ${REPEATED_MAX} characters.`,
  }),
});
export type ExportedTrial = Static<typeof ExportedTrial>;
