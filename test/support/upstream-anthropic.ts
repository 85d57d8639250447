import type { Reply, Wire } from "./upstream-wire.ts";

/**
 * Anthropic's Messages API on the wire. Shapes: Anthropic's API reference, pages "Messages", "Streaming messages" and
 * "Errors", and the types generated from its OpenAPI description (github.com/anthropics/anthropic-sdk-typescript,
 * src/resources/messages/messages.ts).
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

function messageOf({ model, usage }: Reply) {
  return {
    id: ID,
    type: "message",
    role: "assistant",
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: {
      input_tokens: usage?.input ?? 0,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: 1,
    },
  };
}

function complete(reply: Reply) {
  const message = messageOf(reply);
  return {
    ...message,
    content: [{ type: "text", text: reply.words.join(""), citations: null }],
    stop_reason: reply.finish_reason,
    usage: { ...message.usage, output_tokens: reply.usage?.output ?? 0 },
  };
}

function events(reply: Reply): string[] {
  const started = [
    { type: "message_start", message: messageOf(reply) },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "ping" },
    ...reply.words.map((text) => ({
      type: "content_block_delta",
      index: 0,
      delta: { type: "text_delta", text },
    })),
  ];
  if (reply.finish_reason === null) return started.map(toEvent);
  return [
    ...started,
    { type: "content_block_stop", index: 0 },
    {
      type: "message_delta",
      delta: { stop_reason: reply.finish_reason, stop_sequence: null },
      usage: { output_tokens: reply.usage?.output ?? 0 },
    },
    { type: "message_stop" },
  ].map(toEvent);
}

const toEvent = (event: { type: string }): string =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

export const anthropicWire: Wire = {
  finished: "end_turn",
  truncated: "max_tokens",
  error: (status, message) => ({
    type: "error",
    error: { type: ERROR_TYPES[status] ?? "api_error", message },
    request_id: "req_upstream",
  }),
  complete,
  events,
};
