import type {
  ContentBlock,
  Message,
  RawMessageDeltaEvent,
  RawMessageStartEvent,
  RawMessageStreamEvent,
  Usage,
} from "@anthropic-ai/sdk/resources/messages/messages";
import { type Asked, halves, isBody, type Reply, textOf, type Wire } from "./wire.ts";

/**
 * Anthropic's Messages API on the wire. Shapes: Anthropic's API reference, pages "Messages", "Streaming messages" and
 * "Errors", held to here by the types that its SDK generates from its OpenAPI description. The refusal is as
 * vercel/ai recorded it (packages/anthropic, `anthropic-refusal`), that of a long prompt as in the reference's errors.
 */
const ID = "msg_upstream";

const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  529: "overloaded_error",
};

/** A stop reason may be one of tomorrow. */
type LooseMessage = Omit<Message, "stop_reason"> & { stop_reason: string | null };
type LooseDelta = Omit<RawMessageDeltaEvent, "delta"> & {
  delta: Omit<RawMessageDeltaEvent["delta"], "stop_reason"> & { stop_reason: string | null };
};
type LooseEvent =
  | Exclude<RawMessageStreamEvent, RawMessageStartEvent | RawMessageDeltaEvent>
  | { type: RawMessageStartEvent["type"]; message: LooseMessage }
  | LooseDelta
  | { type: "ping" };

/** What is read from and written to the cache is counted beside the other input; thinking is part of the output. */
function usageOf({ usage }: Reply, output_tokens: number): Usage {
  const { input = 0, cached = 0, cache_write = 0, reasoning = 0 } = usage ?? {};
  return {
    input_tokens: input - cached - cache_write,
    cache_creation_input_tokens: cache_write,
    cache_read_input_tokens: cached,
    cache_creation: { ephemeral_5m_input_tokens: cache_write, ephemeral_1h_input_tokens: 0 },
    output_tokens,
    output_tokens_details: reasoning > 0 ? { thinking_tokens: reasoning } : null,
    server_tool_use: null,
    service_tier: "standard",
    speed: null,
    inference_geo: null,
  };
}

const outputOf = ({ usage }: Reply): number => (usage ? usage.output + usage.reasoning : 0);

const messageOf = (reply: Reply): LooseMessage => ({
  id: ID,
  type: "message",
  role: "assistant",
  model: reply.model,
  content: [],
  stop_reason: null,
  stop_sequence: null,
  stop_details: null,
  container: null,
  diagnostics: null,
  usage: usageOf(reply, 1),
});

const toolBlock = (id: string, name: string, input: unknown): ContentBlock => ({
  type: "tool_use",
  id,
  name,
  input,
  caller: { type: "direct" },
});

function blocksOf({ thoughts, words, tool_calls }: Reply): ContentBlock[] {
  const text = words.join("");
  return [
    ...(thoughts ? [{ type: "thinking" as const, thinking: thoughts, signature: "signed" }] : []),
    ...(text ? [{ type: "text" as const, text, citations: null }] : []),
    ...tool_calls.map(({ id, name, arguments: args }) => toolBlock(id, name, JSON.parse(args))),
  ];
}

const complete = (reply: Reply): LooseMessage => ({
  ...messageOf(reply),
  content: blocksOf(reply),
  stop_reason: reply.finish_reason,
  usage: usageOf(reply, outputOf(reply)),
});

/** One block, whose pieces come between its start and its stop. */
function blockEvents(index: number, block: ContentBlock, { words, tool_calls }: Reply): LooseEvent[] {
  const stop: LooseEvent = { type: "content_block_stop", index };
  if (block.type === "thinking") {
    const empty = { ...block, thinking: "", signature: "" };
    return [
      { type: "content_block_start", index, content_block: empty },
      {
        type: "content_block_delta",
        index,
        delta: { type: "thinking_delta", thinking: block.thinking },
      },
      { type: "content_block_delta", index, delta: { type: "signature_delta", signature: block.signature } },
      stop,
    ];
  }
  if (block.type === "tool_use") {
    const args = tool_calls.find(({ id }) => id === block.id)?.arguments ?? "";
    return [
      { type: "content_block_start", index, content_block: { ...block, input: {} } },
      ...["", ...halves(args)].map(
        (partial_json): LooseEvent => ({
          type: "content_block_delta",
          index,
          delta: { type: "input_json_delta", partial_json },
        }),
      ),
      stop,
    ];
  }
  return [
    { type: "content_block_start", index, content_block: { type: "text", text: "", citations: null } },
    ...words.map(
      (text): LooseEvent => ({
        type: "content_block_delta",
        index,
        delta: { type: "text_delta", text },
      }),
    ),
    stop,
  ];
}

function eventsOf(reply: Reply): LooseEvent[] {
  const blocks = blocksOf(reply).flatMap((block, index) => blockEvents(index, block, reply));
  const begun: LooseEvent[] = [
    { type: "message_start", message: messageOf(reply) },
    { type: "ping" },
    ...blocks,
  ];
  if (reply.finish_reason === null) return begun;
  const { input_tokens, cache_creation_input_tokens, cache_read_input_tokens, output_tokens_details } =
    usageOf(reply, 0);
  const end: LooseDelta = {
    type: "message_delta",
    delta: { stop_reason: reply.finish_reason, stop_sequence: null, stop_details: null, container: null },
    usage: {
      input_tokens,
      cache_creation_input_tokens,
      cache_read_input_tokens,
      output_tokens: outputOf(reply),
      output_tokens_details,
      server_tool_use: null,
    },
  };
  return [...begun, end, { type: "message_stop" }];
}

function read(body: unknown): Asked | undefined {
  if (!isBody(body)) return undefined;
  const { model, messages, system = "", max_tokens, stream } = body;
  return {
    model,
    texts: [textOf(system), ...messages.map(({ content }) => textOf(content))],
    last: textOf(messages.findLast(({ role }) => role === "user")?.content ?? ""),
    max_tokens,
    stream: stream === true,
  };
}

export const anthropicWire: Wire = {
  finished: "end_turn",
  truncated: "max_tokens",
  called: "tool_use",
  refused: "refusal",
  read,
  error: (status, message) => ({
    type: "error",
    error: { type: ERROR_TYPES[status] ?? "api_error", message },
    request_id: "req_upstream",
  }),
  overflow: { status: 400, message: "prompt is too long: 250000 tokens > 200000 maximum" },
  complete,
  events: (reply) =>
    eventsOf(reply).map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
};
