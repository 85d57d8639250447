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
 * Returns OpenAI's finish reason. In OpenAI's format a refusal in a field of its own ends like any answer. There is no
 * reason for an answer that the provider ended with an error: throws SERVICE_UNAVAILABLE.
 */
export function finishReasonOf({ finish_reason, provider, refusal }: ChoiceFacts): OpenAiFinishReason {
  if (refusal) return "stop";
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

/** Returns the usage, with what OpenAI's format has no other place for: the cost, the cache and the provider. */
export function usageOf(usage: Usage, { cost_usd, cache, provider }: Completion): OpenAiUsage {
  const { cached_tokens, reasoning_tokens, estimated } = usage;
  return {
    prompt_tokens: usage.prompt_tokens,
    completion_tokens: usage.completion_tokens,
    total_tokens: usage.total_tokens,
    ...(cached_tokens === undefined ? {} : { prompt_tokens_details: { cached_tokens } }),
    ...(reasoning_tokens === undefined ? {} : { completion_tokens_details: { reasoning_tokens } }),
    ...(estimated ? { estimated } : {}),
    cost: cost_usd,
    cache,
    provider,
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

const ENDED_OTHERWISE =
  "finish_reason: the provider ended the answer for a reason that OpenAI's format has no word for; it may be incomplete";

/** Returns the warnings, if there are any, under a key of our own: OpenAI's format has no place for them. */
export function warningsOf({ warnings, finish_reason }: Completion): { warnings?: string[] } {
  const all = finish_reason === "other" ? [...warnings, ENDED_OTHERWISE] : warnings;
  return all.length > 0 ? { warnings: all } : {};
}

type Choice = ChatCompletion["choices"][number];

/** One of the answers to a request. The first one is the completion itself. */
export type ChoiceFacts = Pick<Completion, "text" | "finish_reason" | "provider"> & {
  [Field in "tool_calls" | "reasoning_content" | "reasoning_details" | "refusal" | "logprobs"]?:
    | Completion[Field]
    | undefined;
};

/** Returns the answers of a completion, the first one and those beside it. */
export const choicesOf = (completion: Completion): ChoiceFacts[] => [
  completion,
  ...(completion.alternatives ?? []).map((other) => ({ ...other, provider: completion.provider })),
];

/** Returns the reasoning of an answer, if there is any. */
export const reasoningOf = ({ reasoning_content, reasoning_details }: ChoiceFacts) => ({
  ...(reasoning_content ? { reasoning_content } : {}),
  ...(reasoning_details?.length ? { reasoning_details } : {}),
});

function messageOf(choice: ChoiceFacts): Choice["message"] {
  const { text, tool_calls, refusal = null } = choice;
  const callsTools = Boolean(tool_calls?.length);
  return {
    role: "assistant",
    content: refusal !== null || (callsTools && text === "") ? null : text,
    refusal,
    ...reasoningOf(choice),
    ...(callsTools && tool_calls ? { tool_calls } : {}),
  };
}

const choiceOf = (choice: ChoiceFacts, index: number): Choice => ({
  index,
  message: messageOf(choice),
  logprobs: logprobsOf(choice.logprobs ?? null),
  finish_reason: finishReasonOf(choice),
});

/** Returns the headers that tell who answered, and at what cost. */
export const headersOf = ({ provider, model, cost_usd, cache }: Completion): Record<string, string> => ({
  "x-llm-provider": provider,
  "x-llm-model": encodeURI(model),
  "x-llm-cache": cache,
  ...(cost_usd === null ? {} : { "x-llm-cost-usd": String(cost_usd) }),
});

/** Returns a completion in OpenAI's format. `model` is the name from the request, so that it can be sent again. */
export function chatCompletionOf(completion: Completion, model: string): ChatCompletion {
  const { request_id, created_at, usage } = completion;
  return {
    id: chatId(request_id),
    object: "chat.completion",
    created: Math.floor(Date.parse(created_at) / 1000),
    model,
    choices: choicesOf(completion).map(choiceOf),
    ...(usage ? { usage: usageOf(usage, completion) } : {}),
    ...warningsOf(completion),
  };
}
