import { type Static, t } from "elysia";
import { Id, Integer, ModelName, Nullable, ProviderName, Since, Text, Timestamp } from "../fields.ts";
import { PAGE_FIELDS } from "../page.ts";
import { ChatMessage, Message, ResponseFormat, TokenLogprob, Tool, ToolCall, ToolChoice } from "./chat.ts";
import { GENERATION_FIELDS } from "./generation-params.ts";

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
export const TimeoutMs = (description: string) =>
  Integer({ minimum: 1, maximum: TIMEOUT_MS_MAX, description });
export const TOP_LOGPROBS_MAX = 20;
const FALLBACKS_MAX = 10;

/** Whether an answer that was given before may be given again: `refresh` asks anew and keeps the new one. */
export const CACHE_MODES = ["off", "use", "refresh"] as const;
const CACHE_OUTCOMES = ["off", "miss", "hit"] as const;
export type CacheOutcome = (typeof CACHE_OUTCOMES)[number];

/** Who is asked next when those before could not answer. */
export const Fallback = t.Object(
  { provider: ProviderName, model: ModelName },
  { additionalProperties: false },
);
export type Fallback = Static<typeof Fallback>;

export const CreateCompletion = t.Object(
  {
    provider: ProviderName,
    model: ModelName,
    prompt: t.Optional(Text),
    messages: t.Optional(t.Array(Message, { minItems: 1, maxItems: 1000 })),
    system: t.Optional(Text),
    ...SAMPLING_FIELDS,
    response_format: t.Optional(ResponseFormat),
    logprobs: t.Optional(t.Boolean()),
    top_logprobs: t.Optional(Integer({ minimum: 0, maximum: TOP_LOGPROBS_MAX })),
    stream: t.Optional(t.Boolean()),
    cache: t.Optional(t.Union(CACHE_MODES.map((mode) => t.Literal(mode)))),
    timeout_ms: t.Optional(
      TimeoutMs("For each model that is asked, retries and the wait for a place included."),
    ),
    fallbacks: t.Optional(t.Array(Fallback, { maxItems: FALLBACKS_MAX })),
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

export const FINISH_REASONS = ["stop", "length", "content_filter", "tool_calls", "error", "other"] as const;
export const FinishReason = t.Union(FINISH_REASONS.map((reason) => t.Literal(reason)));
export type FinishReason = (typeof FINISH_REASONS)[number];

/** One of several answers to the same request (`n`). */
export interface AnswerChoice {
  text: string;
  finish_reason: FinishReason;
  /** What the model thought before it answered. Absent if the provider reported nothing of it. */
  reasoning_content?: string;
  /** The words of a refusal, which are the text too. Absent if the model did not refuse in a field of its own. */
  refusal?: string;
  /** Absent where the model called no tool. */
  tool_calls?: readonly ToolCall[];
  /** Absent where none were asked for or the provider returned none. */
  logprobs?: readonly TokenLogprob[];
}

/** A finished answer. `usage` is null where the provider reported none. */
export interface ProviderCompletion extends AnswerChoice {
  /** The model's name as the provider returned it. */
  model: string;
  usage: Usage | null;
  /** US dollars that the provider says it bills for the call. Absent if it does not say. */
  cost_usd?: number;
  /** What was asked for and could not be done, one sentence each. */
  warnings: readonly string[];
  /** The answers beyond the first, in the provider's order. Absent unless `n` asked for several. */
  alternatives?: readonly AnswerChoice[];
}

/** What a call of a model came to, beside its text. Times are milliseconds. */
const CALL_FIELDS = {
  finish_reason: Nullable(FinishReason),
  usage: Nullable(Usage),
  tool_calls: Nullable(t.Array(ToolCall)),
  logprobs: Nullable(t.Array(TokenLogprob)),
  latency_ms: Nullable(
    t.Number({
      description: "From the start of the call, after any wait for a slot; null for a cached answer.",
    }),
  ),
  ttft_ms: Nullable(t.Number({ description: "To the first piece of a streamed answer." })),
  queue_ms: Nullable(t.Number({ description: "Waited for a free slot." })),
  retries: Nullable(Integer({ description: "Attempts beyond the first." })),
  cost_usd: Nullable(t.Number({ description: "Null where the price is not known." })),
  cache: t.Union(CACHE_OUTCOMES.map((outcome) => t.Literal(outcome))),
  warnings: t.Array(t.String(), { description: "What was asked for and could not be done." }),
};

/** The document's five fields first. `request_id` is also the completion's id. */
export const Completion = t.Object({
  text: t.String(),
  model: t.String({ description: "The model's name as the provider returned it." }),
  ...CALL_FIELDS,
  request_id: Id,
  created_at: Timestamp,
  provider: t.String({ description: "Who gave the answer." }),
  tokens_per_second: Nullable(
    t.Number({ description: "Completion tokens over the latency; null by an estimate." }),
  ),
});
export type Completion = Static<typeof Completion>;

/** What was asked for beside the messages. */
export const CompletionParams = t.Object({
  ...SAMPLING_FIELDS,
  response_format: t.Optional(ResponseFormat),
  tools: t.Optional(t.Array(Tool)),
  tool_choice: t.Optional(ToolChoice),
  top_logprobs: t.Optional(Integer()),
  ...GENERATION_FIELDS,
});
export type CompletionParams = Static<typeof CompletionParams>;

/** A completion read back: the request beside the answer, and the failure where there was one. */
export const CompletionRecord = t.Object({
  request_id: Id,
  status: t.Union([t.Literal("completed"), t.Literal("failed")]),
  provider: t.String({ description: "Who was asked first." }),
  model: t.String({ description: "The model that was asked for first." }),
  answered_provider: Nullable(t.String({ description: "Who gave the answer." })),
  answered_model: Nullable(t.String({ description: "The model's name as the provider returned it." })),
  messages: t.Array(ChatMessage),
  params: CompletionParams,
  text: Nullable(t.String({ description: "Of a failed one: what had come of it." })),
  ...CALL_FIELDS,
  error: Nullable(t.String()),
  created_by: t.String(),
  created_at: Timestamp,
});
export type CompletionRecord = Static<typeof CompletionRecord>;

/** Of a field of a listed completion, the most that is shown. */
export const LISTED_BYTES_MAX = 4_000;

/** What may be long: not shown in a list if it is. */
export const LONG_FIELDS = ["messages", "params", "text", "tool_calls", "logprobs", "warnings"] as const;
export type LongField = (typeof LONG_FIELDS)[number];

/** A completion in a list: what is long is left out, and named. `GET /v1/completions/:id` has the whole. */
export const CompletionListing = t.Object({
  ...CompletionRecord.properties,
  messages: Nullable(CompletionRecord.properties.messages),
  params: Nullable(CompletionRecord.properties.params),
  warnings: Nullable(CompletionRecord.properties.warnings),
  left_out: t.Array(t.Union(LONG_FIELDS.map((field) => t.Literal(field))), {
    description: `Fields of more than ${LISTED_BYTES_MAX} bytes, which are null here; the completion by its id has them.`,
  }),
});
export type CompletionListing = Static<typeof CompletionListing>;

const FILTER_FIELDS = {
  provider: t.Optional(ProviderName),
  model: t.Optional(ModelName),
  caller: t.Optional(t.String({ minLength: 1, maxLength: 100 })),
  status: t.Optional(t.Union([t.Literal("completed"), t.Literal("failed")])),
  since: t.Optional(Since),
};

/** Which completions of the history are asked for. */
const CompletionFilter = t.Object(FILTER_FIELDS);
export type CompletionFilter = Static<typeof CompletionFilter>;

export const CompletionQuery = t.Object(
  { ...PAGE_FIELDS, ...FILTER_FIELDS },
  { additionalProperties: false },
);
export type CompletionQuery = Static<typeof CompletionQuery>;
