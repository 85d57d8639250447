import { Elysia } from "elysia";
import { AppError, badField } from "../../base/errors.ts";
import { GUEST } from "../../domain/permissions.ts";
import type { EventBus } from "../../events.ts";
import type { Credentials, Sessions } from "../../services/accounts/sessions.ts";
import type { Log } from "../../telemetry/log.ts";
import type { Prometheus } from "../../telemetry/prometheus.ts";
import { callerKey } from "../middleware/rate-limit.ts";
import { contextOf, type RequestContext } from "../middleware/request-context.ts";
import { createAnswers } from "./answers.ts";
import { createBudget, createBudgets } from "./budget.ts";
import { type Connection, createHub, type Socket } from "./hub.ts";
import { createInbox, type Inbox } from "./inbox.ts";
import { CLOSE_TRY_AGAIN_LATER, SOCKET_LIMITS, type SocketLimits } from "./limits.ts";
import { refuseForeignOrigin } from "./origin.ts";
import { createPlaces } from "./places.ts";
import type { Sent } from "./protocol.ts";

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
  limits?: SocketLimits;
}

/** One socket with its caller, the limits on its messages, and the key under which its place is counted. */
interface Conversation {
  connection: Connection;
  inbox: Inbox;
  address: string;
  place: string;
}

const AUTH_WITHIN_MS = 5_000;
/** Together with the time for which sessions are remembered, this is less than 5 s. */
const RECHECK_MS = 2_500;

/** Throws BAD_REQUEST unless the request asks for a WebSocket. */
function refusePlainRequest({ headers }: Request): void {
  const asked = headers.get("upgrade") ?? "";
  if (asked.toLowerCase() !== "websocket")
    throw badField("Upgrade", "must be 'websocket': this path serves only WebSockets");
}

/**
 * Creates the WebSocket endpoint `/ws`, which serves events from the bus. It upgrades requests itself: Elysia's own
 * `.ws` parses each message, and makes a wrapper for it, before any limit could refuse it.
 */
export function createWebSockets({
  bus,
  sessions,
  log,
  prometheus,
  ws_auth,
  cors_origins,
  auth_within_ms = AUTH_WITHIN_MS,
  recheck_ms = RECHECK_MS,
  limits = SOCKET_LIMITS,
}: WebSocketOptions) {
  const { websocket_connections: openSockets } = prometheus;
  const hub = createHub({ bus, sessions, openSockets, backlog_max: limits.backlog_max });
  const places = createPlaces(limits.sockets_max);
  const addresses = createBudgets(limits.address_rate);
  const answersTo = createAnswers(hub, log);
  let rechecking: Timer | undefined;

  async function authenticate(conversation: Conversation, token: string): Promise<void> {
    const { connection, inbox } = conversation;
    const credentials: Credentials = { authorization: `Bearer ${token}`, api_key: null };
    try {
      await hub.authenticate(connection, credentials);
    } catch (error) {
      if (error instanceof AppError && error.code === "UNAUTHORIZED") inbox.authenticationFailed();
      throw error;
    }
    inbox.authenticated();
    if (!inbox.isClosed) movePlace(conversation);
  }

  /** Counts the socket among those of its new caller. Closes it with 1013 if that caller has too many. */
  function movePlace(conversation: Conversation): void {
    const { connection, inbox, address, place } = conversation;
    const key = callerKey({ caller: connection.caller, address: () => address });
    try {
      places.move(place, key);
      conversation.place = key;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      inbox.close(CLOSE_TRY_AGAIN_LATER, error.message);
    }
  }

  function deliver({ connection, inbox }: Conversation, answers: readonly string[]): void {
    for (const text of answers) if (!inbox.isClosed) hub.send(connection, text);
  }

  function converse(socket: Socket, context: RequestContext, place: string): Conversation {
    const { caller, credentials = null } = context;
    const address = context.address();
    const isUnknown = caller.role === null;
    const connection: Connection = {
      socket,
      caller: isUnknown && ws_auth === "optional" ? GUEST : caller,
      credentials,
      topics: new Set(),
    };
    const inbox = createInbox({
      socket,
      budgets: [createBudget(limits.socket_rate), addresses.of(address)],
      limits,
      auth_within_ms: isUnknown && ws_auth === "required" ? auth_within_ms : undefined,
      answer(sent) {
        const answers = answersTo(connection, sent, (token) => authenticate(conversation, token));
        if (!(answers instanceof Promise)) return deliver(conversation, answers);
        return answers.then((texts) => deliver(conversation, texts));
      },
    });
    const conversation: Conversation = { connection, inbox, address, place };
    hub.add(connection);
    return conversation;
  }

  /** Returns what Elysia calls for one socket; Bun keeps it as the socket's `data`. */
  function eventsOf(context: RequestContext, place: string) {
    let conversation: Conversation | undefined;
    return {
      open(socket: Socket): void {
        conversation = converse(socket, context, place);
      },
      message: (_: Socket, sent: Sent): void => conversation?.inbox.receive(sent),
      ping: (): void => conversation?.inbox.receivePing(),
      close(): void {
        places.leave(conversation?.place ?? place);
        conversation?.inbox.end();
        if (conversation) hub.remove(conversation.connection);
      },
    };
  }

  const routes = new Elysia({ name: "ws" }).get(
    "/ws",
    ({ request, server, set }) => {
      refusePlainRequest(request);
      refuseForeignOrigin(request, cors_origins);
      const context = contextOf(request);
      const place = callerKey(context);
      places.take(place);
      const headers = new Headers(Object.entries(set.headers).map(([name, value]) => [name, String(value)]));
      if (server?.upgrade(request, { headers, data: eventsOf(context, place) })) return;
      places.leave(place);
      throw badField("Upgrade", "is not followed by a valid WebSocket handshake");
    },
    { detail: { hide: true } },
  );

  function recheck(): void {
    addresses.prune();
    hub
      .recheck()
      .catch((error: unknown) =>
        log.error({ err: error }, "WebSocket credentials could not be checked again"),
      );
  }

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
