import { openAiUsage, openAiWire } from "./openai.ts";
import { isRecord, type Reply, toEvent, type Wire } from "./wire.ts";

/**
 * How vendors' chat completions differ from OpenAI's on the wire: in the places of thoughts, usage, log-probabilities
 * and errors. Each entry names the source of its shape.
 */
interface Dialect {
  /** Where thoughts stand in a message or a delta. */
  thoughts?: "reasoning_content" | "reasoning";
  /** OpenAI's usage if left out. */
  usage?(reply: Reply): object | null;
  /** Which chunk of a stream reports usage: one of its own after the last (OpenAI's way), the last, or every one. */
  usage_in?: "own" | "last" | "every";
  /** Fields of the body beside OpenAI's; `last` is true for an answer and for the last chunk of a stream. */
  extra?(reply: Reply, last: boolean): object;
  /** Chunks before the first. */
  before?: readonly object[];
  logprobs?(reply: Reply): object;
  error?(status: number, message: string): unknown;
  overflow?: { status: number; message: string };
  finished?: string;
  /** The finish reason of an answer that a filter took back. */
  refused?: string | null;
  /** Without `data: [DONE]`. */
  done?: false;
}

type Body = Record<string, unknown>;

/** The body with its one choice changed. */
function withChoice(body: object, change: (choice: Body) => Body): Body {
  const { choices = [] } = { ...body } as { choices?: Body[] };
  return { ...body, choices: choices.map(change) };
}

const thoughtsOf = (reply: Reply, { thoughts = "reasoning_content" }: Dialect) =>
  reply.thoughts === "" ? {} : { [thoughts]: reply.thoughts };

/** A refusal is a filter's: the text stays where it was. */
const plain = (reply: Reply): Reply => ({ ...reply, refused: false });

function completeIn(dialect: Dialect, reply: Reply): Body {
  const { usage: _usage, ...body } = openAiWire.complete(plain(reply));
  const usage = (dialect.usage ?? openAiUsage)(reply);
  const whole = withChoice(body, (choice) => ({
    ...choice,
    message: { ...(isRecord(choice.message) ? choice.message : {}), ...thoughtsOf(reply, dialect) },
    ...(dialect.logprobs && reply.logprobs.length > 0 ? { logprobs: dialect.logprobs(reply) } : {}),
  }));
  return { ...whole, ...(usage ? { usage } : {}), ...dialect.extra?.(reply, true) };
}

/** The thoughts come as a chunk of their own, after the first. */
function thoughtChunks(first: object, reply: Reply, dialect: Dialect): Body[] {
  const delta = thoughtsOf(reply, dialect);
  return reply.thoughts === "" ? [] : [withChoice(first, (choice) => ({ ...choice, delta }))];
}

function eventsIn(dialect: Dialect, reply: Reply, asked: Parameters<Wire["events"]>[1]): string[] {
  const { usage_in = "own", before = [] } = dialect;
  const whole = openAiWire.chunks(plain({ ...reply, usage: null }), asked);
  const [first, ...rest] = whole;
  if (!first) throw new Error("a stream has a first chunk");
  const usage = (dialect.usage ?? openAiUsage)(reply);
  const finished = reply.finish_reason !== null;
  const chunks = [first, ...thoughtChunks(first, reply, dialect), ...rest].map((chunk, index, all) => {
    const last = finished && index === all.length - 1;
    const has_usage = usage_in === "every" || (usage_in === "last" && last);
    return { ...chunk, ...(usage && has_usage ? { usage } : {}), ...dialect.extra?.(reply, last) };
  });
  const own = finished && usage && usage_in === "own" && asked.include_usage;
  return [
    ...before.map(toEvent),
    ...chunks.map(toEvent),
    ...(own ? [toEvent({ ...first, choices: [], usage })] : []),
    ...(finished && dialect.done !== false ? ["data: [DONE]\n\n"] : []),
  ];
}

const wireOf = (dialect: Dialect = {}): Wire => ({
  ...openAiWire,
  finished: dialect.finished ?? openAiWire.finished,
  refused: dialect.refused === undefined ? "content_filter" : dialect.refused,
  error: dialect.error ?? openAiWire.error,
  overflow: dialect.overflow ?? openAiWire.overflow,
  complete: (reply) => completeIn(dialect, reply),
  events: (reply, asked) => eventsIn(dialect, reply, asked),
});

const plainUsage = ({ usage }: Reply) =>
  usage && {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
  };

const FILTERED = { hate: { filtered: false, severity: "safe" } };

/** Tokens and their log-probabilities side by side. */
const columns = ({ logprobs }: Reply) => ({
  token_ids: logprobs.map((_, index) => index),
  tokens: logprobs.map(({ token }) => token),
  token_logprobs: logprobs.map(({ logprob }) => logprob),
  top_logprobs: logprobs.map(({ top }) =>
    Object.fromEntries(top.map(({ token, logprob }) => [token, logprob])),
  ),
});

const numbered = (code: number, message: string) => ({ error: { code, message } });
const flat = (type: string) => (status: number, message: string) => ({
  message,
  type,
  param: "",
  code: String(status),
});

/** By the name of the provider; whoever is missing speaks as OpenAI does. */
export const DIALECTS = {
  // Microsoft's REST reference of Azure OpenAI, `createChatCompletionResponse` and `contentFilterPromptResults`.
  azure: wireOf({
    before: [
      {
        choices: [],
        created: 0,
        id: "",
        model: "",
        object: "",
        prompt_filter_results: [{ prompt_index: 0, content_filter_results: FILTERED }],
      },
    ],
    error: (status, message) => ({ error: { code: String(status), message } }),
  }),
  // Groq's API reference, and vercel/ai packages/groq `groq-text`, `groq-reasoning`.
  groq: wireOf({
    thoughts: "reasoning",
    usage_in: "last",
    refused: null,
    extra: (reply, last) => (last ? { x_groq: { id: "req_upstream", usage: openAiUsage(reply) } } : {}),
    overflow: {
      status: 400,
      message: "Please reduce the length of the messages or completion.",
    },
  }),
  // DeepSeek's API reference, and vercel/ai packages/deepseek `deepseek-text`, `deepseek-reasoning`.
  deepseek: wireOf({
    usage_in: "last",
    usage: (reply) =>
      reply.usage && {
        ...openAiUsage(reply),
        prompt_cache_hit_tokens: reply.usage.cached,
        prompt_cache_miss_tokens: reply.usage.input - reply.usage.cached,
      },
  }),
  // Perplexity's API reference, and vercel/ai packages/perplexity `perplexity-text`. Reasoning is counted beside.
  perplexity: wireOf({
    usage_in: "every",
    refused: null,
    done: false,
    usage: (reply) =>
      reply.usage && {
        ...plainUsage(reply),
        ...(reply.usage.reasoning > 0 ? { reasoning_tokens: reply.usage.reasoning } : {}),
        search_context_size: "low",
      },
    extra: () => ({ citations: ["https://example.org/paris"] }),
    error: (status, message) => ({ error: { message, type: "invalid_request", code: status } }),
  }),
  // vercel/ai packages/xai `xai-text`: reasoning is counted beside the completion, and in the total. Errors as xAI's
  // REST reference has them.
  xai: wireOf({
    usage: (reply) =>
      reply.usage && {
        ...openAiUsage(reply),
        completion_tokens: reply.usage.output,
        total_tokens: reply.usage.input + reply.usage.output + reply.usage.reasoning,
        num_sources_used: 0,
      },
    error: (_status, message) => ({ code: "Some requested entity was wrong", error: message }),
  }),
  // Together AI's OpenAPI description (github.com/togethercomputer/openapi): `FinishReason`, `LogprobsPart`.
  togetherai: wireOf({
    thoughts: "reasoning",
    finished: "eos",
    refused: null,
    logprobs: columns,
    usage: plainUsage,
    extra: () => ({ prompt: [] }),
  }),
  // Fireworks' SDK types (github.com/fw-ai-external/python-sdk, `chat_completion_chunk`); an error may be a text.
  fireworks: wireOf({ usage_in: "last", error: (_status, message) => ({ error: message }) }),
  // Cerebras' SDK types (github.com/Cerebras/cerebras-cloud-sdk-node, `ChatCompletion`); errors are flat.
  cerebras: wireOf({
    thoughts: "reasoning",
    usage_in: "last",
    error: flat("invalid_request_error"),
    extra: (_reply, last) => (last ? { time_info: { total_time: 0.01 } } : {}),
  }),
  // Hugging Face's inference schemas (huggingface.js, packages/tasks, `chat-completion`); an error is a text.
  huggingface: wireOf({ refused: null, error: (_status, message) => ({ error: message }) }),
  // vercel/ai packages/deepinfra, `fixUsageForGeminiModels`: reasoning beside a completion that is smaller.
  deepinfra: wireOf({
    usage: (reply) =>
      reply.usage && {
        ...openAiUsage(reply),
        completion_tokens: reply.usage.output,
        total_tokens: reply.usage.input + reply.usage.output,
      },
    error: (_status, message) => ({ detail: { error: message } }),
  }),
  // OpenRouter's API reference, "Responses" and "Errors": a code that is an HTTP status.
  openrouter: wireOf({
    thoughts: "reasoning",
    error: numbered,
    extra: () => ({ provider: "Upstream" }),
  }),
  // ollama's openai/openai.go: `ChatCompletion`, `Chunk`, `Error`.
  ollama: wireOf({
    thoughts: "reasoning",
    refused: null,
    error: (_status, message) => ({ error: { message, type: "api_error", param: null, code: null } }),
  }),
  // vLLM's `ErrorResponse` (vllm/entrypoints/openai/protocol.py).
  vllm: wireOf({
    error: (status, message) => ({
      error: { message, type: "BadRequestError", param: null, code: status },
    }),
  }),
  // llama.cpp's tools/server, `format_error_response` and its README.
  llamacpp: wireOf({
    refused: null,
    extra: (_reply, last) => (last ? { timings: { prompt_n: 1, predicted_n: 1 } } : {}),
    error: (status, message) => ({ error: { code: status, message, type: "invalid_request_error" } }),
    overflow: {
      status: 400,
      message: "the request exceeds the available context size, try increasing it",
    },
  }),
  // LM Studio's documentation, "OpenAI compatibility": log-probabilities are null.
  lmstudio: wireOf({ refused: null, error: (_status, message) => ({ error: message }) }),
} satisfies Record<string, Wire>;
