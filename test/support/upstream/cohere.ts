import { readOpenAi } from "./openai.ts";
import { halves, type Reply, type Wire } from "./wire.ts";

/**
 * Cohere's chat API, version 2, on the wire. Shapes: Cohere's SDK types (github.com/cohere-ai/cohere-typescript,
 * `V2ChatResponse`, `V2ChatStreamResponse`, `ChatFinishReason`, `Usage`) and the answers that vercel/ai recorded
 * (packages/cohere, `cohere-text`, `cohere-tool-call`, `cohere-reasoning`). `tokens` holds Cohere's own preamble,
 * `billed_units` the conversation.
 */
const ID = "6a0c5f0e-upstream";
const PREAMBLE = 495;

function usageOf({ usage }: Reply) {
  if (!usage) return {};
  const { input, output } = usage;
  return {
    usage: {
      billed_units: { input_tokens: input, output_tokens: output },
      tokens: { input_tokens: input + PREAMBLE, output_tokens: output + 3 },
      cached_tokens: 448,
    },
  };
}

const callsOf = ({ tool_calls }: Reply) =>
  tool_calls.map(({ id, name, arguments: args }) => ({
    id,
    type: "function",
    function: { name, arguments: args },
  }));

function complete(reply: Reply) {
  const { thoughts, words, tool_calls } = reply;
  const content = [
    ...(thoughts ? [{ type: "thinking", thinking: thoughts }] : []),
    ...(words.length > 0 ? [{ type: "text", text: words.join("") }] : []),
  ];
  return {
    id: ID,
    message: {
      role: "assistant",
      ...(content.length > 0 ? { content } : {}),
      ...(tool_calls.length > 0 ? { tool_plan: "I will use a tool.", tool_calls: callsOf(reply) } : {}),
    },
    ...(reply.finish_reason === null ? {} : { finish_reason: reply.finish_reason }),
    ...usageOf(reply),
  };
}

/** A block of text or of thoughts: its start, its pieces, its end. */
const contentEvents = (index: number, type: "text" | "thinking", pieces: readonly string[]): object[] => [
  { type: "content-start", index, delta: { message: { content: { type, [type]: "" } } } },
  ...pieces.map((piece) => ({
    type: "content-delta",
    index,
    delta: { message: { content: { [type]: piece } } },
  })),
  { type: "content-end", index },
];

const toolEvents = (reply: Reply): object[] =>
  callsOf(reply).flatMap((call, index) => [
    {
      type: "tool-call-start",
      index,
      delta: { message: { tool_calls: { ...call, function: { ...call.function, arguments: "" } } } },
    },
    ...halves(call.function.arguments).map((args) => ({
      type: "tool-call-delta",
      index,
      delta: { message: { tool_calls: { function: { arguments: args } } } },
    })),
    { type: "tool-call-end", index },
  ]);

function eventsOf(reply: Reply): object[] {
  const { thoughts, words, finish_reason } = reply;
  const message = { role: "assistant", content: [], tool_plan: "", tool_calls: [], citations: [] };
  const begun = [
    { id: ID, type: "message-start", delta: { message } },
    ...(thoughts ? contentEvents(0, "thinking", [thoughts]) : []),
    ...(words.length > 0 ? contentEvents(thoughts ? 1 : 0, "text", words) : []),
    ...toolEvents(reply),
  ];
  if (finish_reason === null) return begun;
  return [...begun, { type: "message-end", delta: { finish_reason, ...usageOf(reply) } }];
}

export const cohereWire: Wire = {
  finished: "COMPLETE",
  truncated: "MAX_TOKENS",
  called: "TOOL_CALL",
  refused: null,
  read: readOpenAi,
  error: (_status, message) => ({ id: ID, message }),
  overflow: {
    status: 400,
    message:
      "too many tokens: size limit exceeded by 11326 tokens. Try using shorter or fewer inputs. The limit for this " +
      "model is 128000 tokens.",
  },
  complete,
  events: (reply) =>
    eventsOf(reply).map((event) => {
      const type = "type" in event ? String(event.type) : "";
      return `event: ${type}\ndata: ${JSON.stringify(event)}\n\n`;
    }),
};
