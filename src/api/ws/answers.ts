import { AppError } from "../../base/errors.ts";
import type { Log } from "../../telemetry/log.ts";
import type { Connection, Hub } from "./hub.ts";
import {
  ack,
  type ClientMessage,
  errorMessage,
  invalidMessage,
  parseMessage,
  pong,
  readMessage,
  requestIdOf,
  type Sent,
} from "./protocol.ts";

/** Texts to send. They are a promise only if they have to wait for something. */
type Answers = string[] | Promise<string[]>;

/** Gives a connection the caller behind a token. Rejects with UNAUTHORIZED if the token is not valid. */
type Authenticate = (token: string) => Promise<void>;

const topicCount = (count: number): string => `${count} ${count === 1 ? "topic" : "topics"}`;

/** Creates the function that answers one message of a connection. It never throws or rejects. */
export function createAnswers(hub: Hub, log: Log) {
  function subscribe(connection: Connection, topics: readonly string[], request_id?: string): string[] {
    const { subscribed, faults } = hub.subscribe(connection, topics);
    const errors = faults.map((fault) => errorMessage(fault, request_id));
    return subscribed > 0 ? [...errors, ack(`Subscribed to ${topicCount(subscribed)}`, request_id)] : errors;
  }

  function answer(connection: Connection, message: ClientMessage, authenticate: Authenticate): Answers {
    const { request_id } = message;
    switch (message.type) {
      case "ping":
        return [pong(message.timestamp, request_id)];
      case "auth":
        return authenticate(message.token).then(() => [
          ack(`Authenticated as ${connection.caller.name}`, request_id),
        ]);
      case "subscribe":
        return subscribe(connection, message.topics, request_id);
      case "unsubscribe": {
        const count = hub.unsubscribe(connection, message.topics);
        return [ack(`Unsubscribed from ${topicCount(count)}`, request_id)];
      }
    }
  }

  function failure(error: unknown, request_id: string | undefined): string[] {
    if (error instanceof AppError) return [errorMessage(error, request_id)];
    log.error({ err: error }, "a WebSocket message could not be answered");
    const message = "The server failed. Its log holds the cause.";
    return [errorMessage(new AppError("INTERNAL_ERROR", message), request_id)];
  }

  return (connection: Connection, sent: Sent, authenticate: Authenticate): Answers => {
    const value = parseMessage(sent);
    const request_id = requestIdOf(value);
    try {
      const message = readMessage(value, sent);
      if (!message) return [invalidMessage(request_id)];
      const answers = answer(connection, message, authenticate);
      return answers instanceof Promise ? answers.catch((error) => failure(error, request_id)) : answers;
    } catch (error) {
      return failure(error, request_id);
    }
  };
}
