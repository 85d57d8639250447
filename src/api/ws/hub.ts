import type { Gauge } from "prom-client";
import { AppError } from "../../base/errors.ts";
import { unknownName } from "../../base/nearest.ts";
import { authorize, type Caller, mayDo } from "../../domain/permissions.ts";
import { type EventBus, isTopic, TOPIC_NAMES, TOPICS, type Topic } from "../../events.ts";
import type { Credentials, Sessions } from "../../services/accounts/sessions.ts";
import { errorMessage, eventMessage } from "./protocol.ts";

/** The little of a socket that the hub needs. */
export interface Socket {
  send(text: string): unknown;
  subscribe(channel: string): unknown;
  unsubscribe(channel: string): unknown;
  close(code: number, reason: string): unknown;
}

/** One open socket, and who is behind it. */
export interface Connection {
  socket: Socket;
  caller: Caller;
  /** What the caller was known by, to be looked at again when credentials are revoked. */
  credentials: Credentials | null;
  topics: Set<Topic>;
}

/** Bun's publish-subscribe: one text for all who listen. */
type Publish = (channel: string, text: string) => unknown;

export const CLOSE_UNAUTHORIZED = 4401;
const CLOSE_GOING_AWAY = 1001;

/** The same as everywhere, but saying which of the topics it is about. */
function authorizeTopic(caller: Caller, topic: Topic): void {
  try {
    authorize(caller, TOPICS[topic].action);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "FORBIDDEN") throw error;
    const { code, message, details } = error;
    throw new AppError(code, `topics: '${topic}': ${message}`, { field: "topics", topic, ...details });
  }
}

/** Carries the bus's events to sockets; it listens to a topic only while a socket does. */
export function createHub(bus: EventBus, sessions: Sessions, open: Gauge) {
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
    if (!isTopic(name)) throw unknownName("topics", "topic", name, TOPIC_NAMES);
    authorizeTopic(connection.caller, name);
    if (connection.topics.has(name)) return;
    connection.topics.add(name);
    connection.socket.subscribe(name);
    listen(name);
  }

  /** A caller who has lost a right loses the topics that demand it, and is told so. */
  function setCaller(connection: Connection, caller: Caller): void {
    connection.caller = caller;
    for (const topic of connection.topics) {
      if (mayDo(caller, TOPICS[topic].action)) continue;
      drop(connection, topic);
      const lost = new AppError("FORBIDDEN", `You may no longer listen to '${topic}'.`, { topic });
      connection.socket.send(errorMessage(lost));
    }
  }

  async function look(connection: Connection): Promise<void> {
    const { credentials } = connection;
    if (!credentials) return;
    try {
      const caller = await sessions.authenticate(credentials);
      // Other credentials may have come in meanwhile, and they count.
      if (connection.credentials === credentials) setCaller(connection, caller);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (connection.credentials === credentials) connection.socket.close(CLOSE_UNAUTHORIZED, error.message);
    }
  }

  return {
    /** Begins to carry events; before this nothing is sent. */
    start(to: Publish): void {
      publish = to;
    },
    add(connection: Connection): void {
      connections.add(connection);
      open.set(connections.size);
    },
    remove(connection: Connection): void {
      for (const topic of connection.topics) drop(connection, topic);
      connections.delete(connection);
      open.set(connections.size);
    },
    /** Subscribes to what is known and allowed; answers how many topics that were, and what was wrong with the rest. */
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
    /** From now on it acts for whoever is behind these credentials. Throws UNAUTHORIZED if they are not good. */
    async authenticate(connection: Connection, credentials: Credentials): Promise<void> {
      const caller = await sessions.authenticate(credentials);
      connection.credentials = credentials;
      setCaller(connection, caller);
    },
    /** Answers how many of the topics were subscribed to. */
    unsubscribe(connection: Connection, names: readonly string[]): number {
      const held = [...connection.topics].filter((topic) => names.includes(topic));
      for (const topic of held) drop(connection, topic);
      return held.length;
    },
    /** Looks again at who is behind each socket: those whose credentials are void are closed. */
    recheck: () => Promise.all([...connections].map(look)),
    closeAll(reason: string): void {
      for (const { socket } of connections) socket.close(CLOSE_GOING_AWAY, reason);
    },
  };
}
