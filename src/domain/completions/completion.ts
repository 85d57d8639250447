import { type Static, t } from "elysia";
import { Id, Integer, ModelName, Nullable, PROMPT_MAX, ProviderName, Timestamp } from "../fields.ts";
import {
  ChatMessage,
  Message,
  ReasoningDetail,
  ResponseFormat,
  TokenLogprob,
  Tool,
  ToolCall,
  ToolChoice,
} from "./chat.ts";
import { GENERATION_FIELDS, SHAPING_FIELDS } from "./generation-params.ts";

/** The sampling parameters of a model call. Completions, runs and judges share them. */
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
export const FALLBACKS_MAX = 10;

/** Whether a stored answer to the same request may be returned. `refresh` calls the model and stores the new answer. */
export const CACHE_MODES = ["off", "use", "refresh"] as const;
export const CACHE_OUTCOMES = ["off", "miss", "hit"] as const;
export type CacheOutcome = (typeof CACHE_OUTCOMES)[number];

/** A model that is called if the models before it failed. */
export const Fallback = t.Object(
  { provider: ProviderName, model: ModelName },
  { additionalProperties: false },
);
export type Fallback = Static<typeof Fallback>;

const PromptText = t.String({ minLength: 1, maxLength: PROMPT_MAX });

export const CreateCompletion = t.Object(
  {
    provider: ProviderName,
    model: ModelName,
    prompt: t.Optional(PromptText),
    messages: t.Optional(t.Array(Message, { minItems: 1, maxItems: 1000 })),
    system: t.Optional(PromptText),
    ...SAMPLING_FIELDS,
    ...SHAPING_FIELDS,
    response_format: t.Optional(ResponseFormat),
    logprobs: t.Optional(t.Boolean()),
    top_logprobs: t.Optional(Integer({ minimum: 0, maximum: TOP_LOGPROBS_MAX })),
    stream: t.Optional(t.Boolean()),
    cache: t.Optional(t.Union(CACHE_MODES.map((mode) => t.Literal(mode)))),
    timeout_ms: t.Optional(
      TimeoutMs(
        "The time limit in milliseconds for each model that is called. It includes retries and the wait for a free slot.",
      ),
    ),
    fallbacks: t.Optional(t.Array(Fallback, { maxItems: FALLBACKS_MAX })),
  },
  { additionalProperties: false },
);
export type CreateCompletion = Static<typeof CreateCompletion>;

/** The tokens of a call, as the provider counted them. */
export const Usage = t.Object({
  prompt_tokens: Integer(),
  completion_tokens: Integer(),
  total_tokens: Integer(),
  cached_tokens: t.Optional(
    Integer({ description: "The prompt tokens that were read from the provider's cache." }),
  ),
  cache_write_tokens: t.Optional(
    Integer({ description: "The prompt tokens that were written to the provider's cache." }),
  ),
  reasoning_tokens: t.Optional(
    Integer({ description: "The completion tokens that were spent on reasoning." }),
  ),
  estimated: t.Optional(
    t.Literal(true, {
      description: "The server counted the tokens itself, because the provider reported none.",
    }),
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
  /** The model's reasoning before the answer. Absent if the provider returned none. */
  reasoning_content?: string;
  /** The parts of the reasoning with their signatures. Absent if the provider returned none. */
  reasoning_details?: readonly ReasoningDetail[];
  /** The text of a refusal, which is also in `text`. Absent if the model did not refuse in a field of its own. */
  refusal?: string;
  /** Absent if the model called no tool. */
  tool_calls?: readonly ToolCall[];
  /** Absent if none were requested, or the provider returned none. */
  logprobs?: readonly TokenLogprob[];
}

/** A finished answer of a provider. `usage` is null if the provider reported none. */
export interface ProviderCompletion extends AnswerChoice {
  /** The model's name as the provider returned it. */
  model: string;
  usage: Usage | null;
  /** The US dollars that the provider says it bills for the call. Absent if it does not say. */
  cost_usd?: number;
  /** One sentence for each part of the request that could not be honoured. */
  warnings: readonly string[];
  /** The answers beyond the first, in the provider's order. Absent unless `n` asked for several. */
  alternatives?: readonly AnswerChoice[];
}

/** One of the further answers to a request for several (`n`), as it is stored. */
const Alternative = t.Object({
  text: t.String(),
  finish_reason: FinishReason,
  reasoning_content: t.Optional(t.String()),
  reasoning_details: t.Optional(t.Array(ReasoningDetail)),
  refusal: t.Optional(t.String()),
  tool_calls: t.Optional(t.Array(ToolCall)),
  logprobs: t.Optional(t.Array(TokenLogprob)),
});

/** The outcome of a model call, apart from its text. Times are in milliseconds. */
const CALL_FIELDS = {
  finish_reason: Nullable(FinishReason),
  usage: Nullable(Usage),
  tool_calls: Nullable(t.Array(ToolCall)),
  reasoning_content: Nullable(
    t.String({ description: "The model's reasoning. Null if the provider returned none." }),
  ),
  reasoning_details: Nullable(
    t.Array(ReasoningDetail, {
      description: "The parts of the reasoning with their signatures. Null if the provider returned none.",
    }),
  ),
  refusal: Nullable(
    t.String({ description: "The text of a refusal, if the provider marks refusals. It is also the text." }),
  ),
  alternatives: Nullable(
    t.Array(Alternative, { description: "The answers after the first, if several were requested." }),
  ),
  logprobs: Nullable(t.Array(TokenLogprob)),
  latency_ms: Nullable(
    t.Number({
      description: "Duration of the call without the wait for a free slot. Null for a cached answer.",
    }),
  ),
  ttft_ms: Nullable(t.Number({ description: "Time to the first piece of a streamed answer." })),
  queue_ms: Nullable(t.Number({ description: "Time waited for a free slot." })),
  retries: Nullable(Integer({ description: "Number of attempts after the first." })),
  cost_usd: Nullable(t.Number({ description: "In US dollars. Null if the price is not known." })),
  cache: t.Union(CACHE_OUTCOMES.map((outcome) => t.Literal(outcome))),
  warnings: t.Array(t.String(), {
    description: "The parts of the request that were left out, because the provider does not support them.",
  }),
};

/** A completion as callers see it. `request_id` is also its id. */
export const Completion = t.Object({
  text: t.String(),
  model: t.String({ description: "The model's name as the provider returned it." }),
  ...CALL_FIELDS,
  request_id: Id,
  created_at: Timestamp,
  provider: t.String({ description: "The provider that answered." }),
  tokens_per_second: Nullable(
    t.Number({ description: "Completion tokens divided by the latency. Null if the tokens are estimated." }),
  ),
});
export type Completion = Static<typeof Completion>;

/** The parameters of the request beside its messages. */
export const CompletionParams = t.Object({
  ...SAMPLING_FIELDS,
  response_format: t.Optional(ResponseFormat),
  tools: t.Optional(t.Array(Tool)),
  tool_choice: t.Optional(ToolChoice),
  top_logprobs: t.Optional(Integer()),
  ...GENERATION_FIELDS,
});
export type CompletionParams = Static<typeof CompletionParams>;

/** A stored completion: the request, the answer, and the error if it failed. */
export const CompletionRecord = t.Object({
  request_id: Id,
  status: t.Union([t.Literal("completed"), t.Literal("failed")]),
  provider: t.String({ description: "The provider that was called first." }),
  model: t.String({ description: "The model that was called first." }),
  answered_provider: Nullable(t.String({ description: "The provider that answered." })),
  answered_model: Nullable(t.String({ description: "The model's name as the provider returned it." })),
  messages: t.Array(ChatMessage),
  params: CompletionParams,
  text: Nullable(
    t.String({ description: "The answer. For a failed completion, the part that had arrived." }),
  ),
  ...CALL_FIELDS,
  error: Nullable(t.String()),
  created_by: t.String(),
  created_at: Timestamp,
});
export type CompletionRecord = Static<typeof CompletionRecord>;
