import { readOpenAi } from "./openai.ts";
import { type Reply, toEvent, type Wire } from "./wire.ts";

/**
 * Mistral's chat completions on the wire. Shapes: Mistral's API reference (`ChatCompletionResponse`,
 * `CompletionChunk`) and the answers that vercel/ai recorded (packages/mistral, `mistral-text`, `mistral-tool-call`,
 * `mistral-reasoning`). A tool call comes whole and without a type; thoughts are parts of the content.
 */
const COMMON = { id: "b3999b8c93e04e11bcbff7bcab829667", created: 1_769_088_854 };

function usageOf({ usage }: Reply) {
  if (!usage) return {};
  const { input, output, cached } = usage;
  return {
    usage: {
      prompt_tokens: input,
      total_tokens: input + output,
      completion_tokens: output,
      ...(cached > 0 ? { prompt_tokens_details: { cached_tokens: cached } } : {}),
    },
  };
}

const thinking = (text: string) => ({ type: "thinking", thinking: [{ type: "text", text }] });

const callsOf = ({ tool_calls }: Reply) =>
  tool_calls.map(({ id, name, arguments: args }) => ({ id, function: { name, arguments: args } }));

function messageOf(reply: Reply) {
  const text = reply.words.join("");
  const content = reply.thoughts ? [thinking(reply.thoughts), { type: "text", text }] : text;
  return {
    role: "assistant",
    content,
    ...(reply.tool_calls.length > 0 ? { tool_calls: callsOf(reply) } : {}),
  };
}

const complete = (reply: Reply) => ({
  ...COMMON,
  object: "chat.completion",
  model: reply.model,
  choices: [{ index: 0, message: messageOf(reply), finish_reason: reply.finish_reason }],
  ...usageOf(reply),
});

function chunksOf(reply: Reply): object[] {
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    ...COMMON,
    object: "chat.completion.chunk",
    model: reply.model,
    choices: [{ index: 0, delta, finish_reason, logprobs: null }],
  });
  const begun = [
    chunk({ role: "assistant", content: "" }),
    ...(reply.thoughts ? [chunk({ content: [thinking(reply.thoughts)] })] : []),
    ...reply.words.map((content) => chunk({ content })),
  ];
  if (reply.finish_reason === null) return begun;
  const calls = reply.tool_calls.length > 0 ? { tool_calls: callsOf(reply) } : {};
  return [...begun, { ...chunk({ content: "", ...calls }, reply.finish_reason), ...usageOf(reply) }];
}

export const mistralWire: Wire = {
  finished: "stop",
  truncated: "length",
  called: "tool_calls",
  refused: null,
  read: readOpenAi,
  error: (status, message) => ({
    object: "error",
    message,
    type: status === 429 ? "rate_limited" : "invalid_request_error",
    param: null,
    code: String(status),
  }),
  overflow: {
    status: 400,
    message:
      "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length",
  },
  complete,
  events: (reply) => [
    ...chunksOf(reply).map(toEvent),
    ...(reply.finish_reason === null ? [] : ["data: [DONE]\n\n"]),
  ],
};
