import { type Static, t } from "elysia";
import { type AppError, badField } from "../../base/errors.ts";
import { refuseUnsafeText } from "../../base/json/json.ts";
import { validator } from "../../base/validation.ts";
import type { BusEvent } from "../../events.ts";

/** A received message: text, or bytes. */
export type Sent = string | Uint8Array;

const TOPICS_MAX = 100;

const RequestId = t.Optional(t.String({ minLength: 1, maxLength: 100 }));
const Topics = t.Array(t.String({ minLength: 1, maxLength: 100 }), { minItems: 1, maxItems: TOPICS_MAX });

const CLOSED = { additionalProperties: false };

/** The messages of a client. Each may have a `request_id`, which its answer repeats. Other fields are refused. */
export const MESSAGES = {
  auth: t.Object(
    { type: t.Literal("auth"), request_id: RequestId, token: t.String({ minLength: 1, maxLength: 4096 }) },
    CLOSED,
  ),
  subscribe: t.Object({ type: t.Literal("subscribe"), request_id: RequestId, topics: Topics }, CLOSED),
  unsubscribe: t.Object({ type: t.Literal("unsubscribe"), request_id: RequestId, topics: Topics }, CLOSED),
  ping: t.Object(
    { type: t.Literal("ping"), request_id: RequestId, timestamp: t.Optional(t.Number()) },
    CLOSED,
  ),
};

type MessageType = keyof typeof MESSAGES;
export type ClientMessage = { [Type in MessageType]: Static<(typeof MESSAGES)[Type]> }[MessageType];

const isMessageType = (type: unknown): type is MessageType =>
  typeof type === "string" && Object.hasOwn(MESSAGES, type);

const readers = Object.fromEntries(
  Object.entries(MESSAGES).map(([type, schema]) => [type, validator(schema)]),
) as { [Type in MessageType]: (value: unknown) => ClientMessage };

/**
 * Returns the checked message, or null for a value that is no message. Throws BAD_REQUEST for a message with an unknown
 * type or a faulty field, and for text that is unsafe as JSON. `sent` is the text that the value was parsed from.
 */
export function readMessage(value: unknown, sent: Sent): ClientMessage | null {
  if (typeof value !== "object" || value === null || !("type" in value)) return null;
  refuseUnsafeText(String(sent), value);
  if (isMessageType(value.type)) return readers[value.type](value);
  const accepted = Object.keys(MESSAGES);
  throw badField("type", `must be one of ${accepted.join(", ")}`, { accepted });
}

/** Parses a received message. Returns undefined for bytes, and for text that is not JSON. */
export function parseMessage(sent: Sent): unknown {
  if (typeof sent !== "string") return undefined;
  try {
    return JSON.parse(sent);
  } catch (error) {
    // JSON that is nested too deeply throws a RangeError.
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Returns the `request_id` of any received value, for the answer to an invalid message. */
export function requestIdOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("request_id" in value)) return undefined;
  return typeof value.request_id === "string" ? value.request_id.slice(0, 100) : undefined;
}

const withId = (request_id: string | undefined) => (request_id === undefined ? {} : { request_id });

export const ack = (message: string, request_id?: string) =>
  JSON.stringify({ type: "ack", ...withId(request_id), message });

export const pong = (timestamp = Date.now(), request_id?: string) =>
  JSON.stringify({ type: "pong", timestamp, ...withId(request_id) });

export const eventMessage = ({ topic, data, timestamp }: BusEvent) =>
  JSON.stringify({ type: "event", topic, data, timestamp });

export const errorMessage = ({ code, message, details }: AppError, request_id?: string) =>
  JSON.stringify({ type: "error", ...withId(request_id), code, message, details });

/** The answer to a value that is no message, in the wording of the API document. */
export const invalidMessage = (request_id?: string) =>
  JSON.stringify({
    type: "error",
    ...withId(request_id),
    code: "INVALID_MESSAGE",
    message: "Failed to parse message",
  });
