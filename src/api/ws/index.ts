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
  /** `optional` lets unknown callers in as viewers; `required` gives them a while to authenticate. */
  ws_auth: "optional" | "required";
  cors_origins: readonly string[];
  /** How long an unknown caller has where authentication is required. */
  auth_within_ms?: number;
  /** How often credentials are looked at again: tokens expire without anybody saying so. */
  recheck_ms?: number;
}

interface Entry {
  connection: Connection;
  /** The end of the answers that are due. */
  turn: Promise<void>;
  deadline?: Timer;
}

const AUTH_WITHIN_MS = 5_000;
const RECHECK_MS = 30_000;

/** A browser tells where its page came from; pages of strangers may not open sockets in a user's name. */
function refuseForeignOrigin(request: Request, allowed: readonly string[]): void {
  const origin = request.headers.get("origin");
  if (origin === null || allowed.includes(origin)) return;
  if (URL.canParse(origin) && new URL(origin).host === request.headers.get("host")) return;
  throw new AppError("FORBIDDEN", "WebSockets from this origin are not allowed. Add it to CORS_ORIGINS.", {
    field: "Origin",
  });
}

const plural = (count: number): string => `${count} ${count === 1 ? "topic" : "topics"}`;

/** `/ws`: the document's messages over the event bus. */
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
        return subscribed > 0 ? [...errors, ack(`Subscribed to ${plural(subscribed)}`, request_id)] : errors;
      }
      case "unsubscribe":
        return [ack(`Unsubscribed from ${plural(hub.unsubscribe(connection, message.topics))}`, request_id)];
    }
  }

  async function respond(id: string, connection: Connection, sent: unknown): Promise<void> {
    // What was still waiting when its socket closed must not subscribe to anything any more.
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
      log.error({ err: error }, "answering a WebSocket message failed");
      return [
        errorMessage(new AppError("INTERNAL_ERROR", "Something went wrong on our side."), requestIdOf(sent)),
      ];
    }
  }

  function opened(id: string, socket: Socket, request: Request): void {
    const { caller, credentials } = contextOf(request);
    const unknown = caller.role === null;
    const connection: Connection = {
      socket,
      caller: unknown && ws_auth === "optional" ? GUEST : caller,
      credentials: credentials ?? null,
      topics: new Set(),
    };
    const refuse = () => socket.close(CLOSE_UNAUTHORIZED, "Authentication required");
    const deadline =
      unknown && ws_auth === "required" ? { deadline: setTimeout(refuse, auth_within_ms) } : {};
    connections.set(id, { connection, turn: Promise.resolve(), ...deadline });
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
      // Handlers of one socket may overlap, and the answers must come in the order of the questions.
      if (entry) entry.turn = entry.turn.then(() => respond(ws.id, entry.connection, sent));
    },
  });

  const recheck = () => {
    hub
      .recheck()
      .catch((error: unknown) => log.error({ err: error }, "looking at WebSocket credentials again failed"));
  };

  return {
    routes,
    /** Begins to send events, once the server listens. */
    start(server: { publish(channel: string, text: string): unknown } | null): void {
      if (!server) throw new Error("The server does not listen.");
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
