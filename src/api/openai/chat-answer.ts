import { AppError } from "../../base/errors.ts";
import type { TokenLogprob } from "../../domain/completions/chat.ts";
import type { Completion, Usage } from "../../domain/completions/completion.ts";
import type {
  ChatCompletion,
  OpenAiFinishReason,
  OpenAiLogprobs,
  OpenAiUsage,
} from "../../domain/completions/openai-answer.ts";

export const chatId = (request_id: string): string => `chatcmpl-${request_id}`;

/**
 * Returns OpenAI's finish reason. OpenAI has none for an answer that the provider ended with an error: throws
 * SERVICE_UNAVAILABLE.
 */
export function finishReasonOf({ finish_reason, provider }: Completion): OpenAiFinishReason {
  if (finish_reason === "error") {
    const details = { provider, reason: "server_error" };
    throw new AppError(
      "SERVICE_UNAVAILABLE",
      `The provider ${provider} ended its answer with an error.`,
      details,
    );
  }
  return finish_reason === null || finish_reason === "other" ? "stop" : finish_reason;
}

export function usageOf(usage: Usage): OpenAiUsage {
  const { cached_tokens, reasoning_tokens, estimated } = usage;
  return {
    prompt_tokens: usage.prompt_tokens,
    completion_tokens: usage.completion_tokens,
    total_tokens: usage.total_tokens,
    ...(cached_tokens === undefined ? {} : { prompt_tokens_details: { cached_tokens } }),
    ...(reasoning_tokens === undefined ? {} : { completion_tokens_details: { reasoning_tokens } }),
    ...(estimated ? { estimated } : {}),
  };
}

const withoutBytes = <Token extends { token: string; logprob: number }>({ token, logprob }: Token) => ({
  token,
  logprob,
  bytes: null,
});

export const logprobsOf = (tokens: readonly TokenLogprob[] | null): OpenAiLogprobs | null =>
  tokens && {
    content: tokens.map((token) => ({
      ...withoutBytes(token),
      top_logprobs: token.top_logprobs.map(withoutBytes),
    })),
    refusal: null,
  };

/** Returns the warnings, if there are any, under a key of our own: OpenAI's format has no place for them. */
export const warningsOf = ({ warnings }: Completion): { warnings?: string[] } =>
  warnings.length > 0 ? { warnings } : {};

function messageOf({ text, tool_calls }: Completion): ChatCompletion["choices"][number]["message"] {
  const callsTools = tool_calls !== null && tool_calls.length > 0;
  return {
    role: "assistant",
    content: callsTools && text === "" ? null : text,
    refusal: null,
    ...(callsTools ? { tool_calls } : {}),
  };
}

/** Returns a completion in OpenAI's format. `model` is the name from the request, so that it can be sent again. */
export function chatCompletionOf(completion: Completion, model: string): ChatCompletion {
  const { request_id, created_at, usage, logprobs } = completion;
  return {
    id: chatId(request_id),
    object: "chat.completion",
    created: Math.floor(Date.parse(created_at) / 1000),
    model,
    choices: [
      {
        index: 0,
        message: messageOf(completion),
        logprobs: logprobsOf(logprobs),
        finish_reason: finishReasonOf(completion),
      },
    ],
    ...(usage ? { usage: usageOf(usage) } : {}),
    ...warningsOf(completion),
  };
}
