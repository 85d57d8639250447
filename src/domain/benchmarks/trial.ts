import { type Static, t } from "elysia";
import { FinishReason, Usage } from "../completions/completion.ts";
import { Integer, Nullable } from "../fields.ts";

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

/** What calls beside those of the model took. */
export const CallCosts = t.Object({
  usage: Usage,
  cost_usd: Nullable(t.Number({ description: "Null where the price of any call is not known." })),
});
export type CallCosts = Static<typeof CallCosts>;

/** One sample, one repeat, one run. `run` is the label, or `provider/model`. */
export const Trial = t.Object({
  run: t.String(),
  sample_id: t.String(),
  group: Nullable(t.String()),
  repeat: Integer(),
  outcome: OutcomeName,
  prompt_hash: Nullable(
    t.String({ description: "The beginning of the SHA-256 of what the model was sent." }),
  ),
  answered_model: Nullable(t.String({ description: "The model's name as the provider returned it." })),
  finish_reason: Nullable(FinishReason),
  output: Nullable(t.String()),
  answer: Nullable(t.String({ description: "What was read out of the output, and compared." })),
  scores: t.Record(t.String(), Nullable(t.Number())),
  notes: t.Record(t.String(), t.String(), {
    description: "Why a metric has no score, or what it noted beside it.",
  }),
  usage: Nullable(Usage),
  latency_ms: Nullable(t.Number()),
  ttft_ms: Nullable(
    t.Number({ description: "To the first piece of the answer, where a metric asked for it." }),
  ),
  cost_usd: Nullable(t.Number()),
  judge_usage: Nullable(Usage),
  judge_cost_usd: Nullable(
    t.Number({ description: "Null where no judge was asked, or its price is not known." }),
  ),
  embedding_usage: Nullable(Usage),
  embedding_cost_usd: Nullable(t.Number()),
  error: Nullable(t.String()),
});
export type Trial = Static<typeof Trial>;
