import { chmodSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createApp } from "./api/app.ts";
import { createTokens } from "./api/middleware/authenticate.ts";
import { noAddress, openContext } from "./api/middleware/request-context.ts";
import { createOperatorApp } from "./api/operator.ts";
import { type Address, browserUrl } from "./base/address.ts";
import type { Fetch } from "./base/fetch.ts";
import { type Config, type ConfigOptions, createConfig } from "./config/index.ts";
import { accountsIn, concurrencyIn } from "./config/providers.ts";
import { createHub } from "./datasets/sources/hub/index.ts";
import { controlSocket, isOperatorPath } from "./domain/operator-paths.ts";
import { OPERATOR } from "./domain/permissions.ts";
import { createEventBus } from "./events.ts";
import type { MetricRegistry } from "./metrics/index.ts";
import { createSandbox } from "./plugins/sandbox/pool.ts";
import { createProviders } from "./providers/index.ts";
import { createPrices } from "./providers/prices/index.ts";
import { createServices, type Services } from "./services/index.ts";
import { createBackups } from "./services/system/backups.ts";
import { createPriceUpdates } from "./services/system/price-updates.ts";
import { forgetOld } from "./services/system/retention.ts";
import { openStore, type Store } from "./store/index.ts";
import { createLog, type Log } from "./telemetry/log.ts";
import { createPrometheus } from "./telemetry/prometheus.ts";

/** Parts that a test or an embedder may hand in. */
export interface ServerParts {
  /** The network behind the providers and the hub of datasets. */
  fetch?: Fetch;
  log?: Log;
  /** The metrics there are; those that ship if left out. */
  metrics?: MetricRegistry;
}

/** The file in DATA_DIR that `prices update` writes. */
const UPDATED_PRICES = "models-dev-prices.json";
const DRAIN_MS = 5_000;
const PRUNE_EVERY_MS = 3_600_000;
const PRUNE_FIRST_MS = 60_000;
/** Bun's own limit would answer without the envelope: bodies are bounded by the middleware. */
const BODY_UNBOUNDED = Number.MAX_SAFE_INTEGER;
/** Seconds without a byte on a connection, the most that Bun takes. */
const IDLE_TIMEOUT_S = 255;

const adminOf = ({ admin_username: username, admin_password: password }: Config) =>
  username && password ? { username, password } : undefined;

const judgeOf = ({ judge_provider: provider, judge_model: model }: Config) =>
  provider && model ? { provider, model } : undefined;

const FOR_COMMANDS = {
  enable_rest: true,
  enable_swagger: true,
  enable_graphql: false,
  enable_websocket: false,
};

/** Tidies up after an import that was killed, and makes the first admin. Whatever fails here lets the database go. */
async function firstAdmin(store: Store, { users }: Services, config: Config) {
  try {
    await store.datasets.dropOrphans();
    return await users.createFirstAdmin(adminOf(config), config.node_env !== "production");
  } catch (error) {
    await store.close();
    throw error;
  }
}

/**
 * A server over its database, not yet listening. Takes the settings of the README by their lower-case names.
 * Throws ConfigError for a bad setting and DataDirLocked if another process uses DATA_DIR.
 */
export async function createServer(options: ConfigOptions = {}, parts: ServerParts = {}) {
  const { fetch, log: given, metrics } = parts;
  const config = createConfig(options);
  const log = given ?? createLog(config.log_level);
  const bus = createEventBus((error) => log.error({ err: error }, "a listener to events failed"));
  const prometheus = createPrometheus();
  const { data_dir, database_url, database_auth_token } = config;
  const updated_prices = join(data_dir, UPDATED_PRICES);
  const prices = createPrices({ updated: updated_prices, operator: config.prices_file });
  const store = await openStore({ data_dir, database_url, database_auth_token, bus });
  const sandbox = createSandbox({ workers: config.plugin_workers });
  const services = createServices({
    store,
    bus,
    log,
    prometheus,
    providers: createProviders({ ...accountsIn(config), fetch }),
    hub: createHub({
      endpoint: config.hf_endpoint,
      token: config.hf_token,
      fetch: fetch ?? globalThis.fetch,
      cache_dir: join(data_dir, "cache", "hub"),
    }),
    prices,
    concurrency: concurrencyIn(config),
    sandbox,
    plugin_folder: join(data_dir, "plugins"),
    plugin_failures_max: config.plugin_failures_max,
    tokens: createTokens(config.jwt_secret),
    jwt_expiration: config.jwt_expiration,
    judge: judgeOf(config),
    metrics,
  });
  const first_admin = await firstAdmin(store, services, config);
  const behind = { services, bus, log, prometheus };
  const { app, sockets } = createApp({ config, ...behind });
  // The command line works by REST, whether others are offered it or not.
  const whole = config.enable_rest && config.enable_swagger;
  const commanded = whole ? app : createApp({ config: { ...config, ...FOR_COMMANDS }, ...behind }).app;
  const backups = createBackups(store.backUpTo, database_url.startsWith("file:"));
  const priceUpdates = createPriceUpdates(prices, updated_prices, fetch ?? globalThis.fetch);
  const operatorApp = createOperatorApp(log, backups, priceUpdates);

  let control: ReturnType<typeof Bun.serve> | undefined;
  let pruning: ReturnType<typeof setInterval> | undefined;

  /** Answers a request as its operator sees it: for the command line, in this process or through the socket. */
  function handleAsOperator(request: Request): Promise<Response> {
    const { path } = openContext(request, noAddress, OPERATOR);
    return isOperatorPath(path) ? operatorApp.handle(request) : commanded.handle(request);
  }

  function openControl(): void {
    const path = controlSocket(data_dir);
    // Only the holder of the lock gets here, so a socket that lies about is a dead server's.
    rmSync(path, { force: true });
    control = Bun.serve({ unix: path, fetch: handleAsOperator });
    chmodSync(path, 0o600);
  }

  const prune = () =>
    forgetOld(store, { days: config.retention_days, rows: config.retention_max_rows }).catch(
      (error: unknown) => log.error({ err: error }, "forgetting what is old failed"),
    );

  return {
    app,
    config,
    log,
    handleAsOperator,
    backUpTo: store.backUpTo,
    /** The admin that was made because there was no user yet; `password` only if it was made up. */
    first_admin,
    migration_copy: store.migration_copy,
    /** The address on which the server listens. Before `start`, the one in the settings. */
    get address(): Address {
      const { hostname, port } = config.bind_address;
      return { hostname, port: app.server?.port ?? port };
    },
    /** The URL that a browser on this machine can open; empty while the server does not listen. */
    get url(): string {
      return app.server ? browserUrl(this.address) : "";
    },
    /** Listens and takes up unfinished work. Throws if the address is taken. */
    async start(): Promise<void> {
      const { hostname, port } = config.bind_address;
      app.listen({
        hostname,
        port,
        reusePort: false,
        idleTimeout: IDLE_TIMEOUT_S,
        maxRequestBodySize: BODY_UNBOUNDED,
      });
      sockets.start(app.server);
      openControl();
      services.plugins.start();
      await services.runner.start();
      services.system.start();
      pruning = setInterval(prune, PRUNE_EVERY_MS);
      pruning.unref();
      setTimeout(prune, PRUNE_FIRST_MS).unref();
    },
    /** Ends in order: no new work, open requests answered, sockets told, everything committed. */
    async stop(): Promise<void> {
      services.system.drain();
      clearInterval(pruning);
      await services.hubDatasets.stop();
      await services.runner.stop();
      sockets.stop();
      if (app.server) {
        // The deadline must not keep a process alive that has nothing left to do.
        await Promise.race([app.server.stop(), sleep(DRAIN_MS, undefined, { ref: false })]);
        await app.server.stop(true);
      }
      await control?.stop(true);
      rmSync(controlSocket(data_dir), { force: true });
      await sandbox.stop();
      await services.plugins.settled();
      services.system.stop();
      await store.close();
      await new Promise<void>((resolve) => log.flush(() => resolve()));
    },
  };
}

export type Server = Awaited<ReturnType<typeof createServer>>;
