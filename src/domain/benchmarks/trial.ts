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
  output: Nullable(t.String()),
  answer: Nullable(t.String({ description: "The answer that was read from the output and compared." })),
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
