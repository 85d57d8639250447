import { join } from "node:path";
import { type AnyElysia, Elysia } from "elysia";
import type { Config } from "../config/index.ts";
import type { EventBus } from "../events.ts";
import type { Services } from "../services/index.ts";
import type { Log } from "../telemetry/log.ts";
import type { Prometheus } from "../telemetry/prometheus.ts";
import { graphql } from "./graphql/index.ts";
import { allowedHosts } from "./middleware/allowed-hosts.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { body } from "./middleware/body.ts";
import { boundedAnswers } from "./middleware/bounded-answers.ts";
import { cors } from "./middleware/cors.ts";
import { errors } from "./middleware/errors.ts";
import { createRateLimiter, rateLimit } from "./middleware/rate-limit.ts";
import { requestContext } from "./middleware/request-context.ts";
import { requestLog } from "./middleware/request-log.ts";
import { securityHeaders } from "./middleware/security-headers.ts";
import { chatCompletionRoutes } from "./openai/chat-completions.ts";
import { createPageFiles } from "./pages/files.ts";
import { apiDocs } from "./pages/index.ts";
import { authRoutes } from "./rest/auth.ts";
import { benchmarkComparisonRoutes } from "./rest/benchmarks/comparisons.ts";
import { benchmarkRoutes } from "./rest/benchmarks/index.ts";
import { receiptRoutes } from "./rest/benchmarks/receipts.ts";
import { reportRoutes } from "./rest/benchmarks/reports.ts";
import { resultRoutes } from "./rest/benchmarks/results.ts";
import { trialRoutes } from "./rest/benchmarks/trials.ts";
import { catalogueRoutes } from "./rest/catalogues.ts";
import { completionRoutes } from "./rest/completions.ts";
import { datasetRoutes } from "./rest/datasets.ts";
import { evaluationRoutes } from "./rest/evaluations.ts";
import { pluginRoutes } from "./rest/plugins.ts";
import { systemRoutes } from "./rest/system.ts";
import { userRoutes } from "./rest/users.ts";
import { createWebSockets } from "./ws/index.ts";
import { BUN_SOCKET_LIMITS } from "./ws/limits.ts";

export interface AppOptions {
  config: Config;
  services: Services;
  bus: EventBus;
  log: Log;
  prometheus: Prometheus;
}

const when = (enabled: boolean, plugin: () => AnyElysia): AnyElysia => (enabled ? plugin() : new Elysia());

/** By default the router assumes a long host name, and with a short one it would look for the path too far right. */
const ROUTING = { standardHostname: false };

/** Creates the HTTP side of the server: middleware, then routes, in the order in which a request meets them. */
export function createApp({ config, services, bus, log, prometheus }: AppOptions) {
  const limiter = createRateLimiter(config.rate_limit_rps, config.rate_limit_burst);
  const { ws_auth, cors_origins } = config;
  const sockets = createWebSockets({
    bus,
    sessions: services.sessions,
    log,
    prometheus,
    ws_auth,
    cors_origins,
  });
  const files = createPageFiles(join(config.data_dir, "cache", "pages"));
  const documented = new Elysia()
    .use(systemRoutes(services.system, config.trust_proxy))
    .use(when(config.enable_rest, () => rest(services, log)));
  const app = new Elysia({ normalize: false, websocket: BUN_SOCKET_LIMITS, handler: ROUTING })
    .use(securityHeaders(config.hsts_max_age))
    .use(requestContext(config.trust_proxy))
    .use(allowedHosts(config.bind_address.hostname, config.allowed_hosts))
    .use(requestLog(log, bus, prometheus))
    .use(when(config.cors_origins.length > 0, () => cors(config.cors_origins)))
    .use(when(config.rate_limit_rps > 0, () => rateLimit(limiter)))
    .use(errors(log))
    .use(authenticate(services.sessions))
    .use(body())
    .use(boundedAnswers)
    .use(documented)
    .use(when(config.enable_swagger, () => apiDocs(documented, files)))
    .use(
      when(config.enable_graphql, () =>
        graphql({ services, log, files, public_introspection: config.node_env !== "production" }),
      ),
    )
    .use(when(config.enable_websocket, () => sockets.routes));
  return { app, sockets };
}

const rest = (services: Services, log: Log) =>
  new Elysia({ name: "rest" })
    .use(authRoutes(services.sessions, services.apiKeys))
    .use(userRoutes(services.users))
    .use(completionRoutes(services.completions, log))
    .use(chatCompletionRoutes(services.completions, services.models, log))
    .use(evaluationRoutes(services.evaluations))
    .use(benchmarkRoutes(services.benchmarks))
    .use(trialRoutes(services.trials))
    .use(resultRoutes(services.currentResults))
    .use(receiptRoutes(services.receipts))
    .use(reportRoutes(services.benchmarks, services.receipts))
    .use(benchmarkComparisonRoutes(services.benchmarkComparisons))
    .use(datasetRoutes(services.datasets))
    .use(pluginRoutes(services.plugins))
    .use(catalogueRoutes(services.providers, services.metrics));
