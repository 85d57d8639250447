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

/** OpenAI's word for how an answer ended. It has none for one that a provider gave up: that is an error here. */
export function finishReasonOf({ finish_reason, provider }: Completion): OpenAiFinishReason {
  if (finish_reason === "error") {
    const details = { provider, reason: "server_error" };
    throw new AppError("SERVICE_UNAVAILABLE", `${provider} ended its answer with an error.`, details);
  }
  return finish_reason === null || finish_reason === "other" ? "stop" : finish_reason;
}

export function usageOf(usage: Usage): OpenAiUsage {
  const { prompt_tokens, completion_tokens, total_tokens, cached_tokens, reasoning_tokens, estimated } =
    usage;
  return {
    ...{ prompt_tokens, completion_tokens, total_tokens },
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

/** What could not be done, under a key of ours: OpenAI has no place for it, and it must not be lost. */
export const warningsOf = ({ warnings }: Completion): { warnings?: string[] } =>
  warnings.length > 0 ? { warnings } : {};

function messageOf({ text, tool_calls }: Completion): ChatCompletion["choices"][number]["message"] {
  const called = tool_calls !== null && tool_calls.length > 0;
  return {
    role: "assistant",
    content: called && text === "" ? null : text,
    refusal: null,
    ...(called ? { tool_calls } : {}),
  };
}

/** A completion in OpenAI's form. `model` is the name that was asked for, which can be sent again. */
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
