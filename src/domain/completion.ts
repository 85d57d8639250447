import { type Static, t } from "elysia";
import { Id, Integer, ModelName, Nullable, ProviderName, TEXT_MAX, Text, Timestamp } from "./fields.ts";

/** A call of a tool that a model asked for, in OpenAI's form: `arguments` is JSON text, as the model wrote it. */
export const ToolCall = t.Object({
  id: t.String({ minLength: 1, maxLength: 200 }),
  type: t.Literal("function"),
  function: t.Object({
    name: t.String({ minLength: 1, maxLength: 64 }),
    arguments: t.String({ maxLength: TEXT_MAX }),
  }),
});
export type ToolCall = Static<typeof ToolCall>;

/** A tool that a model may call: its name and the JSON schema of its arguments. */
export const Tool = t.Object({
  type: t.Literal("function"),
  function: t.Object({
    name: t.String({ pattern: "^[A-Za-z0-9_-]{1,64}$" }),
    description: t.Optional(t.String({ maxLength: 10_000 })),
    parameters: t.Optional(t.Record(t.String(), t.Unknown())),
    strict: t.Optional(t.Boolean()),
  }),
});
export type Tool = Static<typeof Tool>;

export const ToolChoice = t.Union([
  t.Literal("none"),
  t.Literal("auto"),
  t.Literal("required"),
  t.Object({
    type: t.Literal("function"),
    function: t.Object({ name: t.String({ minLength: 1, maxLength: 64 }) }),
  }),
]);
export type ToolChoice = Static<typeof ToolChoice>;

/** The form an answer must have, in OpenAI's words. */
export const ResponseFormat = t.Union([
  t.Object({ type: t.Literal("text") }),
  t.Object({ type: t.Literal("json_object") }),
  t.Object({
    type: t.Literal("json_schema"),
    json_schema: t.Object({
      name: t.String({ pattern: "^[A-Za-z0-9_-]{1,64}$" }),
      description: t.Optional(t.String({ maxLength: 10_000 })),
      schema: t.Record(t.String(), t.Unknown()),
      strict: t.Optional(t.Boolean()),
    }),
  }),
]);
export type ResponseFormat = Static<typeof ResponseFormat>;

/** Log-probability of one token of an answer, with the likeliest others in its place. */
export const TokenLogprob = t.Object({
  token: t.String(),
  logprob: t.Number(),
  top_logprobs: t.Array(t.Object({ token: t.String(), logprob: t.Number() })),
});
export type TokenLogprob = Static<typeof TokenLogprob>;

export const MESSAGE_ROLES = ["system", "user", "assistant"] as const;
export const Message = t.Object(
  { role: t.Union(MESSAGE_ROLES.map((role) => t.Literal(role))), content: t.String({ maxLength: TEXT_MAX }) },
  { additionalProperties: false },
);
export type Message = Static<typeof Message>;

/** A turn of a conversation that may use tools: what goes to a provider, and what is recorded. */
export const ChatMessage = t.Union([
  Message,
  t.Object({
    role: t.Literal("assistant"),
    content: t.String({ maxLength: TEXT_MAX }),
    tool_calls: t.Array(ToolCall, { minItems: 1, maxItems: 128 }),
  }),
  t.Object({
    role: t.Literal("tool"),
    content: t.String({ maxLength: TEXT_MAX }),
    tool_call_id: t.String({ minLength: 1, maxLength: 200 }),
  }),
]);
export type ChatMessage = Static<typeof ChatMessage>;

/** How a model is asked, apart from what it is asked: shared by completions, runs and judges. */
export const SAMPLING_FIELDS = {
  max_tokens: t.Optional(Integer({ minimum: 1, maximum: 1_000_000 })),
  temperature: t.Optional(t.Number({ minimum: 0, maximum: 2 })),
  top_p: t.Optional(t.Number({ minimum: 0, maximum: 1 })),
  stop: t.Optional(t.Array(t.String({ minLength: 1, maxLength: 200 }), { maxItems: 16 })),
  seed: t.Optional(Integer({ minimum: 0, maximum: 2_147_483_647 })),
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
    timeout_ms: t.Optional(Integer({ minimum: 1, maximum: TIMEOUT_MS_MAX })),
  },
  { additionalProperties: false },
);
export type CreateCompletion = Static<typeof CreateCompletion>;

/** Tokens as the provider counted them. */
export const Usage = t.Object({
  prompt_tokens: Integer(),
  completion_tokens: Integer(),
  total_tokens: Integer(),
  cached_tokens: t.Optional(
    Integer({ description: "Of the prompt's tokens: those read from the provider's cache." }),
  ),
  cache_write_tokens: t.Optional(
    Integer({ description: "Of the prompt's tokens: those written to the provider's cache." }),
  ),
  reasoning_tokens: t.Optional(
    Integer({ description: "Of the completion's tokens: those spent on thinking." }),
  ),
  estimated: t.Optional(
    t.Literal(true, { description: "Counted by a tokenizer of ours, as the provider reported none." }),
  ),
});
export type Usage = Static<typeof Usage>;

export const CACHE_MODES = ["off", "use", "refresh"] as const;
export const CACHE_OUTCOMES = ["off", "miss", "hit"] as const;
export type CacheOutcome = (typeof CACHE_OUTCOMES)[number];

export const FINISH_REASONS = ["stop", "length", "content_filter", "tool_calls", "error", "other"] as const;
export type FinishReason = (typeof FINISH_REASONS)[number];
const FinishReasonSchema = t.Union(FINISH_REASONS.map((reason) => t.Literal(reason)));

/** A finished answer. `usage` is null where the provider reported none. */
export interface ProviderCompletion {
  text: string;
  /** The model's name as the provider returned it. */
  model: string;
  finish_reason: FinishReason;
  usage: Usage | null;
  /** What was asked for and could not be done, one sentence each. */
  warnings: readonly string[];
  /** Absent where the model called no tool. */
  tool_calls?: readonly ToolCall[];
  /** Absent where none were asked for or the provider returned none. */
  logprobs?: readonly TokenLogprob[];
}

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
  messages: t.Array(ChatMessage),
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
