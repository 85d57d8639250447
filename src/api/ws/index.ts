import { Elysia } from "elysia";
import { AppError } from "../../base/errors.ts";
import { GUEST } from "../../domain/permissions.ts";
import type { EventBus } from "../../events.ts";
import type { Sessions } from "../../services/accounts/sessions.ts";
import type { Log } from "../../telemetry/log.ts";
import type { Prometheus } from "../../telemetry/prometheus.ts";
import { contextOf } from "../middleware/request-context.ts";
import { CLOSE_UNAUTHORIZED, type Connection, createHub, type Socket } from "./hub.ts";
import {
  ack,
  type ClientMessage,
  errorMessage,
  invalidMessage,
  parseMessage,
  pong,
  readMessage,
  requestIdOf,
} from "./protocol.ts";

interface WebSocketOptions {
  bus: EventBus;
  sessions: Sessions;
  log: Log;
  prometheus: Prometheus;
  /** `optional` admits unknown callers as viewers; `required` closes their sockets unless they authenticate in time. */
  ws_auth: "optional" | "required";
  cors_origins: readonly string[];
  /** The time in which an unknown caller must authenticate, if authentication is required. */
  auth_within_ms?: number;
  /** The interval between checks of all credentials: no event announces that a token has expired. */
  recheck_ms?: number;
}

interface Entry {
  connection: Connection;
  /** Settles when all earlier messages are answered. */
  answered: Promise<void>;
  deadline?: Timer;
}

const AUTH_WITHIN_MS = 5_000;
const RECHECK_MS = 30_000;

/** Refuses browser pages from other origins: they must not open sockets on behalf of their visitors. */
function refuseForeignOrigin(request: Request, allowed: readonly string[]): void {
  const origin = request.headers.get("origin");
  if (origin === null || allowed.includes(origin)) return;
  if (URL.canParse(origin) && new URL(origin).host === request.headers.get("host")) return;
  throw new AppError(
    "FORBIDDEN",
    "WebSockets from this origin are not allowed. To allow it, add it to CORS_ORIGINS.",
    {
      field: "Origin",
    },
  );
}

const topicCount = (count: number): string => `${count} ${count === 1 ? "topic" : "topics"}`;

/** Creates the WebSocket endpoint `/ws`, which serves events from the bus. */
export function createWebSockets({
  bus,
  sessions,
  log,
  prometheus,
  ws_auth,
  cors_origins,
  auth_within_ms = AUTH_WITHIN_MS,
  recheck_ms = RECHECK_MS,
}: WebSocketOptions) {
  const hub = createHub(bus, sessions, prometheus.websocket_connections);
  const connections = new Map<string, Entry>();
  let rechecking: Timer | undefined;

  async function answer(id: string, connection: Connection, message: ClientMessage): Promise<string[]> {
    const { request_id } = message;
    switch (message.type) {
      case "ping":
        return [pong(message.timestamp, request_id)];
      case "auth": {
        await hub.authenticate(connection, { authorization: `Bearer ${message.token}`, api_key: null });
        clearTimeout(connections.get(id)?.deadline);
        return [ack(`Authenticated as ${connection.caller.name}`, request_id)];
      }
      case "subscribe": {
        const { subscribed, faults } = hub.subscribe(connection, message.topics);
        const errors = faults.map((fault) => errorMessage(fault, request_id));
        return subscribed > 0
          ? [...errors, ack(`Subscribed to ${topicCount(subscribed)}`, request_id)]
          : errors;
      }
      case "unsubscribe":
        return [
          ack(`Unsubscribed from ${topicCount(hub.unsubscribe(connection, message.topics))}`, request_id),
        ];
    }
  }

  async function respond(id: string, connection: Connection, sent: unknown): Promise<void> {
    // A message that was still queued when its socket closed must not subscribe to anything.
    if (!connections.has(id)) return;
    const answers = await answersTo(id, connection, parseMessage(sent));
    for (const text of answers) connection.socket.send(text);
  }

  async function answersTo(id: string, connection: Connection, sent: unknown): Promise<string[]> {
    try {
      const message = readMessage(sent);
      return message ? await answer(id, connection, message) : [invalidMessage(requestIdOf(sent))];
    } catch (error) {
      if (error instanceof AppError) return [errorMessage(error, requestIdOf(sent))];
      log.error({ err: error }, "a WebSocket message could not be answered");
      return [
        errorMessage(
          new AppError("INTERNAL_ERROR", "The server failed. Its log holds the cause."),
          requestIdOf(sent),
        ),
      ];
    }
  }

  function opened(id: string, socket: Socket, request: Request): void {
    const { caller, credentials } = contextOf(request);
    const isUnknown = caller.role === null;
    const connection: Connection = {
      socket,
      caller: isUnknown && ws_auth === "optional" ? GUEST : caller,
      credentials: credentials ?? null,
      topics: new Set(),
    };
    const refuse = () => socket.close(CLOSE_UNAUTHORIZED, "Authentication required");
    const deadline =
      isUnknown && ws_auth === "required" ? { deadline: setTimeout(refuse, auth_within_ms) } : {};
    connections.set(id, { connection, answered: Promise.resolve(), ...deadline });
    hub.add(connection);
  }

  function closed(id: string): void {
    const entry = connections.get(id);
    if (!entry) return;
    clearTimeout(entry.deadline);
    connections.delete(id);
    hub.remove(entry.connection);
  }

  const routes = new Elysia({ name: "ws" }).ws("/ws", {
    beforeHandle: ({ request }) => refuseForeignOrigin(request, cors_origins),
    open: (ws) => opened(ws.id, ws, ws.data.request),
    close: (ws) => closed(ws.id),
    message(ws, sent) {
      const entry = connections.get(ws.id);
      // Handlers of one socket may overlap, but answers must be in the order of the messages.
      if (entry) entry.answered = entry.answered.then(() => respond(ws.id, entry.connection, sent));
    },
  });

  const recheck = () => {
    hub
      .recheck()
      .catch((error: unknown) =>
        log.error({ err: error }, "WebSocket credentials could not be checked again"),
      );
  };

  return {
    routes,
    /** Starts to send events. Call it once the server listens. */
    start(server: { publish(channel: string, text: string): unknown } | null): void {
      if (!server) throw new Error("The server does not listen yet.");
      hub.start((channel, text) => server.publish(channel, text));
      sessions.onForget(recheck);
      rechecking = setInterval(recheck, recheck_ms);
    },
    stop(): void {
      clearInterval(rechecking);
      hub.closeAll("The server is stopping");
    },
  };
}
