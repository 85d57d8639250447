import type { Gauge } from "prom-client";
import { AppError } from "../../base/errors.ts";
import { unknownName } from "../../base/nearest.ts";
import { authorize, type Caller, mayDo } from "../../domain/permissions.ts";
import { type BusEvent, type EventBus, isTopic, TOPIC_NAMES, TOPICS, type Topic } from "../../events.ts";
import type { Credentials, Sessions } from "../../services/accounts/sessions.ts";
import { CLOSE_GOING_AWAY, CLOSE_TRY_AGAIN_LATER, CLOSE_UNAUTHORIZED } from "./limits.ts";
import { errorMessage, eventMessage } from "./protocol.ts";
import { checkAll, coalesce } from "./recheck.ts";

/** The part of a socket that the hub needs. */
export interface Socket {
  send(text: string): unknown;
  subscribe(channel: string): unknown;
  unsubscribe(channel: string): unknown;
  close(code: number, reason: string): unknown;
  /** The bytes that wait until the client reads. */
  getBufferedAmount(): number;
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

interface HubOptions {
  bus: EventBus;
  sessions: Sessions;
  openSockets: Gauge;
  /** A socket with more unread bytes is closed with 1013. */
  backlog_max: number;
}

/** Creates the hub, which forwards events from the bus to sockets. It listens to a topic only while a socket does. */
export function createHub({ bus, sessions, openSockets, backlog_max }: HubOptions) {
  const connections = new Set<Connection>();
  const listening = new Map<Topic, { subscribers: Set<Connection>; end(): void }>();
  let publish: Publish | undefined;

  /** Closes a socket that reads too slowly: it must not lose events silently. */
  function closeIfSlow({ socket }: Connection): void {
    if (socket.getBufferedAmount() <= backlog_max) return;
    socket.close(CLOSE_TRY_AGAIN_LATER, `More than ${backlog_max} bytes wait for you to read them`);
  }

  function send(connection: Connection, text: string): void {
    connection.socket.send(text);
    closeIfSlow(connection);
  }

  /** Sends one event to all subscribers of its topic. */
  function forward(event: BusEvent, subscribers: Iterable<Connection>): void {
    publish?.(event.topic, eventMessage(event));
    for (const connection of subscribers) closeIfSlow(connection);
  }

  function listen(connection: Connection, topic: Topic): void {
    const known = listening.get(topic);
    if (known) {
      known.subscribers.add(connection);
      return;
    }
    const subscribers = new Set([connection]);
    listening.set(topic, { subscribers, end: bus.subscribe(topic, (event) => forward(event, subscribers)) });
  }

  function unlisten(connection: Connection, topic: Topic): void {
    const known = listening.get(topic);
    if (!known?.subscribers.delete(connection) || known.subscribers.size > 0) return;
    known.end();
    listening.delete(topic);
  }

  function drop(connection: Connection, topic: Topic): void {
    if (!connection.topics.delete(topic)) return;
    connection.socket.unsubscribe(topic);
    unlisten(connection, topic);
  }

  function take(connection: Connection, name: string): void {
    if (!isTopic(name)) throw unknownName("topics", "topic", name, { known: TOPIC_NAMES });
    authorizeTopic(connection.caller, name);
    if (connection.topics.has(name)) return;
    connection.topics.add(name);
    connection.socket.subscribe(name);
    listen(connection, name);
  }

  /** Replaces a connection's caller. Drops topics that the new caller may not read, each with an error message. */
  function setCaller(connection: Connection, caller: Caller): void {
    connection.caller = caller;
    for (const topic of connection.topics) {
      if (mayDo(caller, TOPICS[topic].action)) continue;
      drop(connection, topic);
      const message = `Your role no longer permits the topic '${topic}'. You are unsubscribed.`;
      send(connection, errorMessage(new AppError("FORBIDDEN", message, { topic })));
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
    /** Sends a text to one socket, and closes it if too much waits unread. */
    send,
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
    recheck: coalesce(() => checkAll(connections, recheckCaller)),
    closeAll(reason: string): void {
      for (const { socket } of connections) socket.close(CLOSE_GOING_AWAY, reason);
    },
  };
}

export type Hub = ReturnType<typeof createHub>;
