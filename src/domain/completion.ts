import { type Static, t } from "elysia";
import { Id, ModelName, Nullable, ProviderName, TEXT_MAX, Text, Timestamp } from "./fields.ts";

export const MESSAGE_ROLES = ["system", "user", "assistant"] as const;
export const Message = t.Object(
  { role: t.Union(MESSAGE_ROLES.map((role) => t.Literal(role))), content: t.String({ maxLength: TEXT_MAX }) },
  { additionalProperties: false },
);
export type Message = Static<typeof Message>;

/** How a model is asked, apart from what it is asked: shared by completions, runs and judges. */
export const SAMPLING_FIELDS = {
  max_tokens: t.Optional(t.Integer({ minimum: 1, maximum: 1_000_000 })),
  temperature: t.Optional(t.Number({ minimum: 0, maximum: 2 })),
  top_p: t.Optional(t.Number({ minimum: 0, maximum: 1 })),
  stop: t.Optional(t.Array(t.String({ minLength: 1, maxLength: 200 }), { maxItems: 16 })),
  seed: t.Optional(t.Integer({ minimum: 0, maximum: 2_147_483_647 })),
};
export const SamplingParams = t.Object(SAMPLING_FIELDS, { additionalProperties: false });
export type SamplingParams = Static<typeof SamplingParams>;

export const TIMEOUT_MS_MAX = 600_000;

export const CreateCompletion = t.Object(
  {
    provider: ProviderName,
    model: ModelName,
    prompt: t.Optional(Text),
    messages: t.Optional(t.Array(Message, { minItems: 1, maxItems: 1000 })),
    system: t.Optional(Text),
    ...SAMPLING_FIELDS,
    timeout_ms: t.Optional(t.Integer({ minimum: 1, maximum: TIMEOUT_MS_MAX })),
  },
  { additionalProperties: false },
);
export type CreateCompletion = Static<typeof CreateCompletion>;

/** Tokens as the provider counted them. */
export const Usage = t.Object({
  prompt_tokens: t.Integer(),
  completion_tokens: t.Integer(),
  total_tokens: t.Integer(),
});
export type Usage = Static<typeof Usage>;

export const FINISH_REASONS = ["stop", "length", "content_filter", "tool_calls", "error", "other"] as const;
export type FinishReason = (typeof FINISH_REASONS)[number];
const FinishReasonSchema = t.Union(FINISH_REASONS.map((reason) => t.Literal(reason)));

const REPORTED_FIELDS = {
  provider: t.String(),
  finish_reason: FinishReasonSchema,
  latency_ms: t.Number({
    description: "From the start of the call, after any wait for a free slot, to its end.",
  }),
  cost_usd: Nullable(t.Number({ description: "Null where the price is not known." })),
  warnings: t.Array(t.String(), { description: "What was asked for and the provider could not do." }),
};

/** The document's five fields first. `request_id` is also the completion's id. */
export const Completion = t.Object({
  text: t.String(),
  model: t.String(),
  usage: Nullable(Usage),
  request_id: Id,
  created_at: Timestamp,
  ...REPORTED_FIELDS,
});
export type Completion = Static<typeof Completion>;

/** A completion read back: the request beside the answer, and the failure where there was one. */
export const CompletionRecord = t.Object({
  request_id: Id,
  status: t.Union([t.Literal("completed"), t.Literal("failed")]),
  provider: t.String(),
  model: t.String({ description: "The model that was asked for." }),
  answered_by: Nullable(t.String({ description: "The model's name as the provider returned it." })),
  messages: t.Array(Message),
  params: SamplingParams,
  text: Nullable(t.String()),
  finish_reason: Nullable(FinishReasonSchema),
  usage: Nullable(Usage),
  latency_ms: Nullable(t.Number()),
  cost_usd: Nullable(t.Number()),
  warnings: t.Array(t.String()),
  error: Nullable(t.String()),
  created_by: t.String(),
  created_at: Timestamp,
});
export type CompletionRecord = Static<typeof CompletionRecord>;
