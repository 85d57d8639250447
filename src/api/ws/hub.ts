import type { Gauge } from "prom-client";
import { AppError } from "../../base/errors.ts";
import { unknownName } from "../../base/nearest.ts";
import { authorize, type Caller, mayDo } from "../../domain/permissions.ts";
import { type EventBus, isTopic, TOPIC_NAMES, TOPICS, type Topic } from "../../events.ts";
import type { Credentials, Sessions } from "../../services/accounts/sessions.ts";
import { errorMessage, eventMessage } from "./protocol.ts";

/** The part of a socket that the hub needs. */
export interface Socket {
  send(text: string): unknown;
  subscribe(channel: string): unknown;
  unsubscribe(channel: string): unknown;
  close(code: number, reason: string): unknown;
}

/** One open socket and its caller. */
export interface Connection {
  socket: Socket;
  caller: Caller;
  /** The credentials that identified the caller. They are checked again when credentials are revoked. */
  credentials: Credentials | null;
  topics: Set<Topic>;
}

/** Sends one text to all subscribers of a channel, as Bun's `server.publish` does. */
type Publish = (channel: string, text: string) => unknown;

export const CLOSE_UNAUTHORIZED = 4401;
const CLOSE_GOING_AWAY = 1001;

/** Like `authorize`, but the FORBIDDEN error names the topic. */
function authorizeTopic(caller: Caller, topic: Topic): void {
  try {
    authorize(caller, TOPICS[topic].action);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "FORBIDDEN") throw error;
    const { code, message, details } = error;
    throw new AppError(code, `topics: '${topic}': ${message}`, { field: "topics", topic, ...details });
  }
}

/** Creates the hub, which forwards events from the bus to sockets. It listens to a topic only while a socket does. */
export function createHub(bus: EventBus, sessions: Sessions, openSockets: Gauge) {
  const connections = new Set<Connection>();
  const listening = new Map<Topic, { sockets: number; end(): void }>();
  let publish: Publish | undefined;

  function listen(topic: Topic): void {
    const known = listening.get(topic);
    if (known) {
      known.sockets++;
      return;
    }
    const end = bus.subscribe(topic, (event) => publish?.(topic, eventMessage(event)));
    listening.set(topic, { sockets: 1, end });
  }

  function unlisten(topic: Topic): void {
    const known = listening.get(topic);
    if (!known || --known.sockets > 0) return;
    known.end();
    listening.delete(topic);
  }

  function drop(connection: Connection, topic: Topic): void {
    if (!connection.topics.delete(topic)) return;
    connection.socket.unsubscribe(topic);
    unlisten(topic);
  }

  function take(connection: Connection, name: string): void {
    if (!isTopic(name)) throw unknownName("topics", "topic", name, { known: TOPIC_NAMES });
    authorizeTopic(connection.caller, name);
    if (connection.topics.has(name)) return;
    connection.topics.add(name);
    connection.socket.subscribe(name);
    listen(name);
  }

  /** Replaces a connection's caller. Drops topics that the new caller may not read, each with an error message. */
  function setCaller(connection: Connection, caller: Caller): void {
    connection.caller = caller;
    for (const topic of connection.topics) {
      if (mayDo(caller, TOPICS[topic].action)) continue;
      drop(connection, topic);
      const message = `Your role no longer permits the topic '${topic}'. You are unsubscribed.`;
      connection.socket.send(errorMessage(new AppError("FORBIDDEN", message, { topic })));
    }
  }

  async function recheckCaller(connection: Connection): Promise<void> {
    const { credentials } = connection;
    if (!credentials) return;
    try {
      const caller = await sessions.authenticate(credentials);
      // If other credentials arrived in the meantime, they count.
      if (connection.credentials === credentials) setCaller(connection, caller);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (connection.credentials === credentials) connection.socket.close(CLOSE_UNAUTHORIZED, error.message);
    }
  }

  return {
    /** Starts to forward events. */
    start(to: Publish): void {
      publish = to;
    },
    add(connection: Connection): void {
      connections.add(connection);
      openSockets.set(connections.size);
    },
    remove(connection: Connection): void {
      for (const topic of connection.topics) drop(connection, topic);
      connections.delete(connection);
      openSockets.set(connections.size);
    },
    /** Subscribes to all known and permitted topics. Returns their number, and an error for each other topic. */
    subscribe(connection: Connection, names: readonly string[]): { subscribed: number; faults: AppError[] } {
      const faults: AppError[] = [];
      for (const name of new Set(names)) {
        try {
          take(connection, name);
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          faults.push(error);
        }
      }
      return { subscribed: new Set(names).size - faults.length, faults };
    },
    /** Gives the connection the caller with these credentials. Throws UNAUTHORIZED if they are not valid. */
    async authenticate(connection: Connection, credentials: Credentials): Promise<void> {
      const caller = await sessions.authenticate(credentials);
      connection.credentials = credentials;
      setCaller(connection, caller);
    },
    /** Unsubscribes from topics. Returns how many of them were subscribed. */
    unsubscribe(connection: Connection, names: readonly string[]): number {
      const held = [...connection.topics].filter((topic) => names.includes(topic));
      for (const topic of held) drop(connection, topic);
      return held.length;
    },
    /** Checks all credentials again. Closes the sockets whose credentials are no longer valid. */
    recheck: () => Promise.all([...connections].map(recheckCaller)),
    closeAll(reason: string): void {
      for (const { socket } of connections) socket.close(CLOSE_GOING_AWAY, reason);
    },
  };
}
