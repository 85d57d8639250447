import type { Reply, UpstreamBody, Wire } from "./upstream-wire.ts";

/**
 * OpenAI's chat completions on the wire. Shapes: OpenAI's OpenAPI description (github.com/openai/openai-openapi),
 * `CreateChatCompletionResponse`, `CreateChatCompletionStreamResponse`, `ChatCompletionStreamOptions`, `ErrorResponse`.
 */
const ID = "chatcmpl-upstream";
const CREATED = 1_760_000_000;

const ERROR_TYPES: Readonly<Record<number, string>> = {
  401: "authentication_error",
  429: "rate_limit_error",
};

function usageOf({ usage }: Reply) {
  if (!usage) return null;
  const { input, output } = usage;
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

function complete(reply: Reply) {
  const message = { role: "assistant", content: reply.words.join(""), refusal: null, annotations: [] };
  const usage = usageOf(reply);
  return {
    id: ID,
    object: "chat.completion",
    created: CREATED,
    model: reply.model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: reply.finish_reason }],
    ...(usage ? { usage } : {}),
    service_tier: "default",
    system_fingerprint: "fp_upstream",
  };
}

const wantsUsage = ({ stream_options }: UpstreamBody): boolean =>
  typeof stream_options === "object" && stream_options !== null && "include_usage" in stream_options;

function events(reply: Reply, body: UpstreamBody): string[] {
  const common = { id: ID, object: "chat.completion.chunk", created: CREATED, model: reply.model };
  // Asked for usage, every chunk has the field, and the last one alone has it filled.
  const unfilled = wantsUsage(body) ? { usage: null } : {};
  const chunk = (delta: object, finish_reason: string | null) => ({
    ...common,
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    ...unfilled,
  });
  const chunks: object[] = [
    chunk({ role: "assistant", content: "", refusal: null }, null),
    ...reply.words.map((content) => chunk({ content }, null)),
  ];
  if (reply.finish_reason === null) return chunks.map(toEvent);
  chunks.push(chunk({}, reply.finish_reason));
  if (wantsUsage(body) && reply.usage) chunks.push({ ...common, choices: [], usage: usageOf(reply) });
  return [...chunks.map(toEvent), "data: [DONE]\n\n"];
}

const toEvent = (chunk: object): string => `data: ${JSON.stringify(chunk)}\n\n`;

export const openAiWire: Wire = {
  finished: "stop",
  truncated: "length",
  error: (status, message) => ({
    error: {
      message,
      type: ERROR_TYPES[status] ?? (status >= 500 ? "server_error" : "invalid_request_error"),
      param: null,
      code: null,
    },
  }),
  complete,
  events,
};
