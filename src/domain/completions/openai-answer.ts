import { type Static, t } from "elysia";
import { Integer, Nullable } from "../fields.ts";
import { ReasoningDetail, ToolCall } from "./chat.ts";
import { CACHE_OUTCOMES } from "./completion.ts";

/** An error in OpenAI's shape, from which its clients build their error classes. */
export const OpenAiError = t.Object({
  error: t.Object({
    message: t.String(),
    type: t.String(),
    param: Nullable(t.String({ description: "The invalid field." })),
    code: Nullable(t.String()),
  }),
});
export type OpenAiError = Static<typeof OpenAiError>;

const OPENAI_FINISH_REASONS = ["stop", "length", "content_filter", "tool_calls"] as const;
export type OpenAiFinishReason = (typeof OPENAI_FINISH_REASONS)[number];

const OpenAiToken = t.Object({
  token: t.String(),
  logprob: t.Number(),
  bytes: t.Null({ description: "Always null: not every provider reports the bytes." }),
  top_logprobs: t.Array(t.Object({ token: t.String(), logprob: t.Number(), bytes: t.Null() })),
});

export const OpenAiLogprobs = t.Object({ content: t.Array(OpenAiToken), refusal: t.Null() });
export type OpenAiLogprobs = Static<typeof OpenAiLogprobs>;

export const OpenAiUsage = t.Object({
  prompt_tokens: Integer(),
  completion_tokens: Integer(),
  total_tokens: Integer(),
  prompt_tokens_details: t.Optional(t.Object({ cached_tokens: Integer() })),
  completion_tokens_details: t.Optional(t.Object({ reasoning_tokens: Integer() })),
  estimated: t.Optional(
    t.Literal(true, {
      description:
        "Not part of OpenAI's API: the server counted the tokens, because the provider reported none.",
    }),
  ),
  cost: Nullable(
    t.Number({
      description:
        "Not part of OpenAI's API: the cost in US dollars. Null if the price is not known, 0 for a cached answer.",
    }),
  ),
  cache: t.Union(
    CACHE_OUTCOMES.map((outcome) => t.Literal(outcome)),
    { description: "Not part of OpenAI's API: whether the answer was stored before." },
  ),
  provider: t.String({ description: "Not part of OpenAI's API: the provider that answered." }),
});
export type OpenAiUsage = Static<typeof OpenAiUsage>;

/** OpenAI's `CreateChatCompletionResponse`, with reasoning as DeepSeek and OpenRouter return it. */
export const ChatCompletion = t.Object({
  id: t.String({ description: "`chatcmpl-` followed by the id that GET /v1/completions/{id} takes." }),
  object: t.Literal("chat.completion"),
  created: Integer({ description: "Unix time in seconds." }),
  model: t.String({ description: "The model as the request named it." }),
  choices: t.Array(
    t.Object({
      index: Integer(),
      message: t.Object({
        role: t.Literal("assistant"),
        content: Nullable(t.String()),
        refusal: Nullable(t.String()),
        reasoning_content: t.Optional(
          t.String({
            description:
              "Not part of OpenAI's API: the model's reasoning. Send it back while tools are called.",
          }),
        ),
        reasoning_details: t.Optional(
          t.Array(ReasoningDetail, {
            description:
              "Not part of OpenAI's API: the parts of the reasoning with their signatures. Send them back while tools " +
              "are called.",
          }),
        ),
        tool_calls: t.Optional(t.Array(ToolCall)),
      }),
      logprobs: Nullable(OpenAiLogprobs),
      finish_reason: t.Union(OPENAI_FINISH_REASONS.map((reason) => t.Literal(reason))),
    }),
  ),
  usage: t.Optional(OpenAiUsage),
  warnings: t.Optional(
    t.Array(t.String(), {
      description: "Not part of OpenAI's API: the parts of the request that were left out.",
    }),
  ),
});
export type ChatCompletion = Static<typeof ChatCompletion>;
