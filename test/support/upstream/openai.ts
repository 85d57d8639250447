import type { ChatCompletion, ChatCompletionChunk, ChatCompletionMessage } from "openai/resources";
import type { CompletionUsage } from "openai/resources/completions";
import type { ErrorObject } from "openai/resources/shared";
import {
  type Asked,
  halves,
  isBody,
  isRecord,
  type Reply,
  textOf,
  toEvent,
  type UpstreamBody,
  type Wire,
} from "./wire.ts";

/**
 * OpenAI's chat completions on the wire. Shapes: OpenAI's OpenAPI description (github.com/openai/openai-openapi),
 * `CreateChatCompletionResponse`, `CreateChatCompletionStreamResponse`, `ChatCompletionStreamOptions`, `ErrorResponse`,
 * held to here by the types that its SDK generates from it. The refusal of a long prompt is as in OpenAI's guide to
 * error codes (`context_length_exceeded`).
 */
const ID = "chatcmpl-upstream";
const CREATED = 1_760_000_000;

const ERROR_TYPES: Readonly<Record<number, string>> = {
  401: "authentication_error",
  429: "rate_limit_error",
};

/** A finish reason may be one that OpenAI has not, as compatible servers' are. */
type Loose<Choice extends { finish_reason: unknown }> = Omit<Choice, "finish_reason"> & {
  finish_reason: string | null;
};
type LooseCompletion = Omit<ChatCompletion, "choices"> & { choices: Loose<ChatCompletion.Choice>[] };
type LooseChunk = Omit<ChatCompletionChunk, "choices"> & { choices: Loose<ChatCompletionChunk.Choice>[] };

export function openAiUsage({ usage }: Reply): CompletionUsage | null {
  if (!usage) return null;
  const completion_tokens = usage.output + usage.reasoning;
  return {
    prompt_tokens: usage.input,
    completion_tokens,
    total_tokens: usage.input + completion_tokens,
    prompt_tokens_details: { cached_tokens: usage.cached, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

const toTokens = (reply: Reply) =>
  reply.logprobs.map(({ token, logprob, top }) => ({
    token,
    logprob,
    bytes: [...new TextEncoder().encode(token)],
    top_logprobs: top.map((other) => ({ ...other, bytes: null })),
  }));

function logprobsOf(reply: Reply): ChatCompletion.Choice.Logprobs | null {
  return reply.logprobs.length > 0 ? { content: toTokens(reply), refusal: null } : null;
}

function messageOf({ words, refused, tool_calls }: Reply): ChatCompletionMessage {
  const text = words.join("");
  const called = tool_calls.map(({ id, name, arguments: args }) => ({
    id,
    type: "function" as const,
    function: { name, arguments: args },
  }));
  return {
    role: "assistant",
    content: refused || (text === "" && called.length > 0) ? null : text,
    refusal: refused ? text : null,
    annotations: [],
    ...(called.length > 0 ? { tool_calls: called } : {}),
  };
}

function complete(reply: Reply): LooseCompletion {
  const usage = openAiUsage(reply);
  return {
    id: ID,
    object: "chat.completion",
    created: CREATED,
    model: reply.model,
    choices: [
      {
        index: 0,
        message: messageOf(reply),
        logprobs: logprobsOf(reply),
        finish_reason: reply.finish_reason,
      },
    ],
    ...(usage ? { usage } : {}),
    service_tier: "default",
    system_fingerprint: "fp_upstream",
  };
}

type Delta = ChatCompletionChunk.Choice.Delta;

/** The first piece of a call names it, the others go on with its arguments. */
const toolDeltas = ({ tool_calls }: Reply): Delta[] =>
  tool_calls.flatMap(({ id, name, arguments: args }, index): Delta[] => [
    { tool_calls: [{ index, id, type: "function", function: { name, arguments: "" } }] },
    ...halves(args).map((piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] })),
  ]);

function chunks(reply: Reply, { include_usage }: Asked): LooseChunk[] {
  const common = { id: ID, object: "chat.completion.chunk", created: CREATED, model: reply.model } as const;
  // Asked for usage, every chunk has the field, and the last one alone has it filled.
  const unfilled = include_usage ? { usage: null } : {};
  const tokens = toTokens(reply);
  const chunk = (delta: Delta, finish_reason: string | null, word?: number): LooseChunk => {
    const token = word === undefined ? undefined : tokens[word];
    const logprobs = token ? { content: [token], refusal: null } : null;
    return { ...common, choices: [{ index: 0, delta, logprobs, finish_reason }], ...unfilled };
  };
  const begun = [
    chunk({ role: "assistant", content: "", refusal: null }, null),
    ...reply.words.map((word, index) =>
      chunk(reply.refused ? { refusal: word } : { content: word }, null, index),
    ),
    ...toolDeltas(reply).map((delta) => chunk(delta, null)),
  ];
  if (reply.finish_reason === null) return begun;
  const usage = include_usage ? openAiUsage(reply) : null;
  return [...begun, chunk({}, reply.finish_reason), ...(usage ? [{ ...common, choices: [], usage }] : [])];
}

const wantsUsage = ({ stream_options }: UpstreamBody): boolean =>
  isRecord(stream_options) && stream_options.include_usage === true;

/** Also reads what compatible servers take: Together AI's count of log-probabilities in place of two fields. */
export function readOpenAi(body: unknown): Asked | undefined {
  if (!isBody(body)) return undefined;
  const { model, messages, max_tokens, max_completion_tokens, logprobs, top_logprobs } = body;
  const top = [top_logprobs, logprobs, 0].find((count) => typeof count === "number");
  return {
    model,
    texts: messages.map(({ content }) => textOf(content)),
    last: textOf(messages.findLast(({ role }) => role === "user")?.content ?? ""),
    max_tokens: max_tokens ?? max_completion_tokens,
    stream: body.stream === true,
    include_usage: wantsUsage(body),
    top_logprobs: logprobs === undefined ? undefined : top,
  };
}

const errorOf = (status: number, message: string): { error: ErrorObject } => ({
  error: {
    message,
    type: ERROR_TYPES[status] ?? (status >= 500 ? "server_error" : "invalid_request_error"),
    param: null,
    code: null,
  },
});

export const openAiWire = {
  finished: "stop",
  truncated: "length",
  called: "tool_calls",
  refused: "stop",
  read: readOpenAi,
  error: errorOf,
  overflow: {
    status: 400,
    message:
      "This model's maximum context length is 128000 tokens. However, your messages resulted in 150000 tokens. " +
      "Please reduce the length of the messages.",
  },
  complete,
  chunks,
  events: (reply: Reply, asked: Asked): string[] => [
    ...chunks(reply, asked).map(toEvent),
    ...(reply.finish_reason === null ? [] : ["data: [DONE]\n\n"]),
  ],
} satisfies Wire & { chunks(reply: Reply, asked: Asked): LooseChunk[] };
