import type { ConcurrencyBounds } from "../domain/concurrency.ts";
import type { EventBus } from "../events.ts";
import type { Sandbox } from "../plugins/plugin.ts";
import type { Providers } from "../providers/index.ts";
import type { PriceCatalogue } from "../providers/prices.ts";
import type { Store } from "../store/index.ts";
import type { Log } from "../telemetry/log.ts";
import type { Prometheus } from "../telemetry/prometheus.ts";
import { createApiKeys } from "./api-keys.ts";
import { createBenchmarkRunner } from "./benchmark-runner/index.ts";
import { createBenchmarks } from "./benchmarks.ts";
import { createCompletions } from "./completions.ts";
import { createDatasets } from "./datasets.ts";
import { createEvaluations } from "./evaluations.ts";
import { createMetricCatalogue } from "./metric-catalogue.ts";
import { createModelCalls } from "./model-calls/index.ts";
import { createModelCatalogue } from "./model-catalogue.ts";
import { createPasswords } from "./passwords.ts";
import { createEvaluators } from "./plugins/evaluators.ts";
import { createPlugins } from "./plugins/index.ts";
import { createProviderCatalogue } from "./provider-catalogue.ts";
import { createSessions, type Tokens } from "./sessions.ts";
import { createSystem } from "./system.ts";
import { createUsers } from "./users.ts";

export interface ServiceOptions {
  store: Store;
  bus: EventBus;
  log: Log;
  prometheus: Prometheus;
  providers: Providers;
  prices: PriceCatalogue;
  /** Calls at once, by provider. */
  concurrency: Readonly<Record<string, ConcurrencyBounds>>;
  sandbox: Sandbox;
  /** Where plugins lie that are installed at start. */
  plugin_folder: string;
  plugin_failures_max: number;
  tokens: Tokens;
  jwt_expiration: number;
}

/** Everything the server can do, by noun. The faces are given this and nothing else. */
export function createServices(options: ServiceOptions) {
  const { store, bus, log, prometheus, providers, prices, concurrency, tokens, jwt_expiration } = options;
  const passwords = createPasswords();
  const sessions = createSessions({ store: store.accounts, passwords, tokens, jwt_expiration });
  const modelCalls = createModelCalls({
    providers,
    prices,
    responses: store.responses,
    concurrency,
    prometheus,
  });
  const { sandbox, plugin_folder: folder, plugin_failures_max } = options;
  const plugins = createPlugins({ store: store.plugins, sandbox, bus, log, folder });
  const catalogue = createMetricCatalogue(createEvaluators(plugins.names, plugins.calls));
  const datasets = createDatasets(store.datasets);
  const runner = createBenchmarkRunner(
    { store, modelCalls, catalogue, plugins, plugin_failures_max, prometheus },
    log,
  );
  const { benchmarks, trials } = store;
  return {
    sessions,
    users: createUsers(store.accounts, passwords, sessions.forget),
    apiKeys: createApiKeys(store.accounts, sessions.forget),
    completions: createCompletions(store.completions, modelCalls),
    evaluations: createEvaluations(store.evaluations, catalogue),
    datasets,
    benchmarks: createBenchmarks({ benchmarks, trials, datasets, catalogue, modelCalls, plugins, runner }),
    plugins,
    metrics: catalogue,
    providers: createProviderCatalogue(modelCalls),
    models: createModelCatalogue(modelCalls),
    system: createSystem(bus, prometheus),
    runner,
  };
}

export type Services = ReturnType<typeof createServices>;
