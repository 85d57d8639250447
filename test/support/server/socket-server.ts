import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Elysia } from "elysia";
import { authenticate, createTokens } from "../../../src/api/middleware/authenticate.ts";
import { errors } from "../../../src/api/middleware/errors.ts";
import { requestContext } from "../../../src/api/middleware/request-context.ts";
import { createWebSockets } from "../../../src/api/ws/index.ts";
import { BUN_SOCKET_LIMITS, SOCKET_LIMITS, type SocketLimits } from "../../../src/api/ws/limits.ts";
import { OPERATOR } from "../../../src/domain/permissions.ts";
import { createEventBus, type EventBus } from "../../../src/events.ts";
import { createPasswords } from "../../../src/services/accounts/passwords.ts";
import { createSessions } from "../../../src/services/accounts/sessions.ts";
import { createUsers } from "../../../src/services/accounts/users.ts";
import { createSystem } from "../../../src/services/system/index.ts";
import { openStore } from "../../../src/store/index.ts";
import { createLog } from "../../../src/telemetry/log.ts";
import { createPrometheus, type Prometheus } from "../../../src/telemetry/prometheus.ts";

const ANN = { username: "ann", password: "a password of ten words" };

interface Waits {
  auth_within_ms: number;
  recheck_ms: number;
  metrics_ms: number;
  /** Seconds. */
  jwt_expiration: number;
  limits?: Partial<SocketLimits>;
}

export interface SocketServer {
  url: string;
  bus: EventBus;
  prometheus: Prometheus;
  /** A token of an admin's. */
  login(): Promise<string>;
  /** Ends all sessions of that admin in the database, as another process would: nothing here hears of it. */
  revokeElsewhere(): Promise<void>;
  stop(): Promise<void>;
}

/** The WebSockets over real accounts, WS_AUTH=required, with every wait as short as a test likes. */
export async function startSocketServer(waits: Waits): Promise<SocketServer> {
  const { auth_within_ms, recheck_ms, metrics_ms, jwt_expiration, limits } = waits;
  const data_dir = mkdtempSync(join(tmpdir(), "test-bench-"));
  const bus = createEventBus();
  const log = createLog("silent");
  const prometheus = createPrometheus();
  const passwords = createPasswords();
  const store = await openStore({ data_dir, database_url: `file:${join(data_dir, "test.db")}`, bus });
  const tokens = createTokens("s".repeat(32));
  const sessions = createSessions({ store: store.accounts, passwords, tokens, jwt_expiration });
  const users = createUsers(store.accounts, passwords, sessions.forget);
  const ann = await users.create(OPERATOR, { ...ANN, role: "admin" });
  const system = createSystem({ bus, prometheus, metrics_ms, storageFault: () => null });
  const sockets = createWebSockets({
    bus,
    sessions,
    log,
    prometheus,
    ws_auth: "required",
    cors_origins: [],
    auth_within_ms,
    recheck_ms,
    limits: { ...SOCKET_LIMITS, ...limits },
  });
  const app = new Elysia({ normalize: false, websocket: BUN_SOCKET_LIMITS })
    .use(requestContext(0))
    .use(errors(log))
    .use(authenticate(sessions))
    .use(sockets.routes)
    .listen({ hostname: "127.0.0.1", port: 0 });
  system.start();
  sockets.start(app.server);
  return {
    url: `http://127.0.0.1:${app.server?.port}`,
    bus,
    prometheus,
    login: async () => (await sessions.login(ANN, "")).token,
    async revokeElsewhere() {
      await store.accounts.changeUser(ann.id, { password_hash: await passwords.hash(ANN.password) });
    },
    async stop() {
      system.stop();
      sockets.stop();
      await app.server?.stop(true);
      await store.close();
      rmSync(data_dir, { recursive: true });
    },
  };
}
