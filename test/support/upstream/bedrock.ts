import { toBedrockEvent } from "./bedrock-events.ts";
import { type Asked, halves, isRecord, type Reply, type Wire } from "./wire.ts";

/**
 * Amazon Bedrock's `Converse` and `ConverseStream` on the wire. Shapes: AWS' API reference of both (`ConverseResponse`,
 * `ConverseStreamOutput`, "Errors"), and the answers that vercel/ai recorded (packages/amazon-bedrock,
 * `amazon-bedrock-text`, `-reasoning`, `-tool-call.1`). Every event has a padding `p`.
 */
const contentOf = ({ thoughts, words, tool_calls }: Reply) => [
  ...(thoughts ? [{ reasoningContent: { reasoningText: { text: thoughts, signature: "signed" } } }] : []),
  ...(words.length > 0 ? [{ text: words.join("") }] : []),
  ...tool_calls.map(({ id, name, arguments: args }) => ({
    toolUse: { toolUseId: id, name, input: JSON.parse(args) },
  })),
];

/** What is read from and written to the cache is counted beside the other input. */
function usageOf({ usage }: Reply) {
  if (!usage) return undefined;
  const { input, output, cached, cache_write } = usage;
  return {
    inputTokens: input - cached - cache_write,
    outputTokens: output,
    totalTokens: input + output,
    cacheReadInputTokens: cached,
    cacheReadInputTokenCount: cached,
    cacheWriteInputTokens: cache_write,
    cacheWriteInputTokenCount: cache_write,
    serverToolUsage: {},
  };
}

function complete(reply: Reply) {
  const usage = usageOf(reply);
  return {
    output: { message: { role: "assistant", content: contentOf(reply) } },
    ...(reply.finish_reason === null ? {} : { stopReason: reply.finish_reason }),
    ...(usage ? { usage } : {}),
    metrics: { latencyMs: 20 },
  };
}

/** Text and thoughts begin with their first piece; a tool's use has a start that names it. */
function blocks({ thoughts, words, tool_calls }: Reply): [string, object][] {
  const delta = (contentBlockIndex: number, value: object): [string, object] => [
    "contentBlockDelta",
    { contentBlockIndex, delta: value },
  ];
  const stop = (contentBlockIndex: number): [string, object] => ["contentBlockStop", { contentBlockIndex }];
  const first = thoughts ? 1 : 0;
  const tools = tool_calls.flatMap(({ id, name, arguments: args }, index): [string, object][] => {
    const contentBlockIndex = first + 1 + index;
    const start = { toolUse: { toolUseId: id, name } };
    return [
      ["contentBlockStart", { contentBlockIndex, start }],
      ...halves(args).map((input) => delta(contentBlockIndex, { toolUse: { input } })),
      stop(contentBlockIndex),
    ];
  });
  return [
    ...(thoughts
      ? [
          delta(0, { reasoningContent: { text: thoughts } }),
          delta(0, { reasoningContent: { signature: "signed" } }),
          stop(0),
        ]
      : []),
    ...words.map((text) => delta(first, { text })),
    ...(words.length > 0 ? [stop(first)] : []),
    ...tools,
  ];
}

function events(reply: Reply): Uint8Array[] {
  const begun: [string, object][] = [["messageStart", { role: "assistant" }], ...blocks(reply)];
  if (reply.finish_reason === null) return begun.map(([type, value]) => toBedrockEvent(type, value));
  const usage = usageOf(reply);
  const end: [string, object][] = [
    ["messageStop", { stopReason: reply.finish_reason }],
    ["metadata", { ...(usage ? { usage } : {}), metrics: { latencyMs: 20 } }],
  ];
  return [...begun, ...end].map(([type, value]) => toBedrockEvent(type, value));
}

const textsIn = (content: unknown): string =>
  Array.isArray(content)
    ? content.map((part: unknown) => (isRecord(part) ? String(part.text ?? "") : "")).join("")
    : "";

function read(body: unknown, path: string): Asked | undefined {
  const [, model, method] = /\/model\/([^/]+)\/(converse|converse-stream)$/.exec(path) ?? [];
  if (!model || !isRecord(body) || !Array.isArray(body.messages)) return undefined;
  const { messages, system, inferenceConfig = {} } = body;
  const contents = messages.map((message: unknown) => (isRecord(message) ? textsIn(message.content) : ""));
  const limit = isRecord(inferenceConfig) ? inferenceConfig.maxTokens : undefined;
  return {
    model: decodeURIComponent(model),
    texts: [textsIn(system), ...contents],
    last: contents.at(-1) ?? "",
    max_tokens: typeof limit === "number" ? limit : undefined,
    stream: method === "converse-stream",
  };
}

export const bedrockWire: Wire = {
  finished: "end_turn",
  truncated: "max_tokens",
  called: "tool_use",
  refused: "guardrail_intervened",
  read,
  error: (_status, message) => ({ message }),
  overflow: { status: 400, message: "Input is too long for requested model." },
  complete,
  events,
  stream_type: "application/vnd.amazon.eventstream",
};
