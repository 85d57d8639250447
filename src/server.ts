import { chmodSync, rmSync } from "node:fs";
import { join } from "node:path";
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
import { atMost, close, untilAnswered } from "./server/drain.ts";
import { createServices, type Services } from "./services/index.ts";
import { createBackups } from "./services/system/backups.ts";
import { createPriceUpdates } from "./services/system/price-updates.ts";
import { createRetention } from "./services/system/retention.ts";
import { isOpenToOthers } from "./store/file/private-file.ts";
import { openStore, type Store } from "./store/index.ts";
import { createLog, type Log } from "./telemetry/log.ts";
import { createPrometheus } from "./telemetry/prometheus.ts";

/** Parts of the server that a test or an embedding program may replace. */
export interface ServerParts {
  /** The function that calls providers and the dataset hub. */
  fetch?: Fetch;
  log?: Log;
  /** The available metrics. Default: the built-in ones. */
  metrics?: MetricRegistry;
}

/** The file in DATA_DIR that `prices update` writes. */
const UPDATED_PRICES = "models-dev-prices.json";
/** How long calls that were ended may take to write their rows and `error` events, and connections to close. */
const RECORD_MS = 5_000;
const CLOSE_MS = 1_000;
const PRUNE_EVERY_MS = 3_600_000;
const PRUNE_FIRST_MS = 60_000;
/** No limit in Bun, which would answer without our error envelope. The middleware limits bodies. */
const BODY_UNBOUNDED = Number.MAX_SAFE_INTEGER;
/** Seconds that a connection may be idle: the maximum that Bun accepts. */
const IDLE_TIMEOUT_S = 255;

const adminOf = ({ admin_username: username, admin_password: password }: Config) =>
  username && password ? { username, password } : undefined;

const judgeOf = ({ judge_provider: provider, judge_model: model }: Config) =>
  provider && model ? { provider, model } : undefined;

/** The interfaces that the command line needs. */
const FOR_COMMANDS = {
  enable_rest: true,
  enable_swagger: true,
  enable_graphql: false,
  enable_websocket: false,
};

/** Removes what an aborted import left, and creates the first admin. Closes the database if this fails. */
async function createFirstAdmin(store: Store, { users }: Services, config: Config) {
  try {
    await store.datasets.dropOrphans();
    return await users.createFirstAdmin(adminOf(config), config.node_env !== "production");
  } catch (error) {
    await store.close();
    throw error;
  }
}

/**
 * Creates a server and opens its database; `start` makes it listen. The options are the settings by lower-case name.
 * Throws ConfigError for an invalid setting, and DataDirLocked if another process uses DATA_DIR.
 */
export async function createServer(options: ConfigOptions = {}, parts: ServerParts = {}) {
  const { fetch, metrics } = parts;
  const config = createConfig(options);
  const log = parts.log ?? createLog(config.log_level);
  const bus = createEventBus((error) => log.error({ err: error }, "an event listener failed"));
  const prometheus = createPrometheus();
  const { data_dir, database_url, database_auth_token } = config;
  const updated_prices = join(data_dir, UPDATED_PRICES);
  const prices = createPrices({ updated: updated_prices, operator: config.prices_file });
  const store = await openStore({ data_dir, database_url, database_auth_token, bus });
  if (store.was_checked)
    log.info("checked the database, because its last stop was not clean or it was replaced");
  if (isOpenToOthers(data_dir))
    log.warn(`DATA_DIR ${data_dir} is open to other accounts of this machine: chmod 700 closes it`);
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
    upload_quota_mb: config.upload_quota_mb,
    tokens: createTokens(config.jwt_secret),
    jwt_expiration: config.jwt_expiration,
    judge: judgeOf(config),
    metrics,
  });
  const first_admin = await createFirstAdmin(store, services, config);
  const appParts = { services, bus, log, prometheus };
  const { app, sockets } = createApp({ config, ...appParts });
  // The command line uses REST even if it is turned off for other callers.
  const hasCommandRoutes = config.enable_rest && config.enable_swagger;
  const commandApp = hasCommandRoutes
    ? app
    : createApp({ config: { ...config, ...FOR_COMMANDS }, ...appParts }).app;
  const backups = createBackups(store.backUpTo, database_url.startsWith("file:"));
  const priceUpdates = createPriceUpdates(prices, updated_prices, fetch ?? globalThis.fetch);
  const operatorApp = createOperatorApp({ log, backups, priceUpdates, inspect: store.inspect });

  let control: ReturnType<typeof Bun.serve> | undefined;
  let pruning: ReturnType<typeof setInterval> | undefined;

  /** Answers a request with an operator's rights. The command line calls it in this process or through the socket. */
  function handleAsOperator(request: Request): Promise<Response> {
    const { path } = openContext(request, noAddress, OPERATOR);
    return isOperatorPath(path) ? operatorApp.handle(request) : commandApp.handle(request);
  }

  function openControl(): void {
    const path = controlSocket(data_dir);
    // This process holds the lock of DATA_DIR, so an existing socket was left by a killed server.
    rmSync(path, { force: true });
    control = Bun.serve({ unix: path, fetch: handleAsOperator });
    chmodSync(path, 0o600);
  }

  /** In production in full, because a load balancer has to see `/ready`; else until all requests are answered. */
  async function drain(): Promise<void> {
    if (!app.server) return;
    const drain_ms = config.drain_seconds * 1000;
    if (config.node_env === "production") await Bun.sleep(drain_ms);
    else await untilAnswered(app.server, drain_ms);
  }

  const limits = { days: config.retention_days, rows: config.retention_max_rows };
  const retention = createRetention({ store, log, limits });
  const prune = () =>
    retention.run().catch((error: unknown) => log.error({ err: error }, "deleting old records failed"));

  return {
    app,
    config,
    log,
    handleAsOperator,
    backUpTo: store.backUpTo,
    /** The admin that was created because there was no user. `password` is present only if it was generated. */
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
    /** Listens and resumes unfinished work. Throws if the address is in use. */
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
      await retention.start();
      await services.runner.start();
      services.system.start();
      pruning = setInterval(prune, PRUNE_EVERY_MS);
      pruning.unref();
      setTimeout(prune, PRUNE_FIRST_MS).unref();
    },
    /**
     * Stops in order: tells so at `/ready`, listens on for `drain_seconds`, ends open calls and records them, closes
     * sockets and connections, and only then the database.
     */
    async stop(): Promise<void> {
      services.system.drain();
      clearInterval(pruning);
      await drain();
      await services.hubDatasets.stop();
      // Before the other calls: a trial whose call is ended by its benchmark is made again after the next start.
      await services.runner.stop().catch((error: unknown) =>
        // A disk that takes no rows must not keep the server from stopping. The leases expire.
        log.error({ err: error }, "pausing the benchmarks failed"),
      );
      services.endOpenCalls();
      if (app.server) await untilAnswered(app.server, RECORD_MS);
      sockets.stop();
      if (app.server) await close(app.server, CLOSE_MS);
      await atMost(RECORD_MS, services.completions.settled());
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
