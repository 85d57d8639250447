import type { Hub } from "../datasets/sources/hub/index.ts";
import type { ConcurrencyBounds } from "../domain/concurrency.ts";
import type { JudgeChoice } from "../domain/judge.ts";
import type { EventBus } from "../events.ts";
import type { MetricRegistry } from "../metrics/index.ts";
import type { Sandbox } from "../plugins/plugin.ts";
import type { Providers } from "../providers/index.ts";
import type { PriceCatalogue } from "../providers/prices/index.ts";
import type { Store } from "../store/index.ts";
import type { Log } from "../telemetry/log.ts";
import type { Prometheus } from "../telemetry/prometheus.ts";
import { createApiKeys } from "./accounts/api-keys.ts";
import { createPasswords } from "./accounts/passwords.ts";
import { createSessions, type Tokens } from "./accounts/sessions.ts";
import { createUsers } from "./accounts/users.ts";
import { createBenchmarkComparisons } from "./benchmarks/comparisons.ts";
import { createCurrentResults } from "./benchmarks/current-results.ts";
import { createBenchmarks } from "./benchmarks/index.ts";
import { createReceipts } from "./benchmarks/receipts.ts";
import { createBenchmarkRunner } from "./benchmarks/run/index.ts";
import { createTrials } from "./benchmarks/trials/index.ts";
import { createMetricCatalogue } from "./catalogues/metrics.ts";
import { createModelCatalogue } from "./catalogues/models.ts";
import { createProviderCatalogue } from "./catalogues/providers.ts";
import { createCompletions } from "./completions/index.ts";
import { createHubDatasets } from "./datasets/hub.ts";
import { createDatasets } from "./datasets/index.ts";
import { createDatasetWriter } from "./datasets/writer.ts";
import { createEvaluations } from "./evaluations/index.ts";
import { createModelCalls } from "./model-calls/index.ts";
import { createEvaluators } from "./plugins/evaluators.ts";
import { createPlugins } from "./plugins/index.ts";
import { createJudges } from "./scoring/judges.ts";
import { createSystem } from "./system/index.ts";

export interface ServiceOptions {
  store: Store;
  bus: EventBus;
  log: Log;
  prometheus: Prometheus;
  providers: Providers;
  /** The source of canonical datasets. */
  hub: Hub;
  prices: PriceCatalogue;
  /** How many calls a provider may get at once, by its name. */
  concurrency: Readonly<Record<string, ConcurrencyBounds>>;
  sandbox: Sandbox;
  /** The folder whose plugins are installed at start. */
  plugin_folder: string;
  plugin_failures_max: number;
  /** The most megabytes of datasets that one caller may have uploaded; 0 for no limit. */
  upload_quota_mb: number;
  tokens: Tokens;
  jwt_expiration: number;
  /** The judge for requests that name none. */
  judge?: Pick<JudgeChoice, "provider" | "model"> | undefined;
  /** The known metrics; the built-in ones by default. */
  metrics?: MetricRegistry | undefined;
}

/** Creates everything that the server can do, by noun. REST, GraphQL and WebSocket use nothing else. */
export function createServices(options: ServiceOptions) {
  const { store, bus, log, prometheus, providers, hub, prices, concurrency, tokens, jwt_expiration } =
    options;
  const passwords = createPasswords();
  const sessions = createSessions({ store: store.accounts, passwords, tokens, jwt_expiration });
  const modelCalls = createModelCalls({
    providers,
    prices,
    responses: store.responses,
    concurrency,
    prometheus,
    requireStorage: store.storage.require,
  });
  const { sandbox, plugin_folder: folder, plugin_failures_max } = options;
  const plugins = createPlugins({ store: store.plugins, sandbox, bus, log, folder });
  const evaluators = createEvaluators(plugins.names, plugins.calls);
  const catalogue = createMetricCatalogue(options.metrics, evaluators);
  const judges = createJudges(modelCalls, options.judge);
  const save = createDatasetWriter(store.datasets);
  const hubDatasets = createHubDatasets({ hub, save, findName: store.datasets.findName, bus, log });
  const datasets = createDatasets(store.datasets, {
    save,
    hub: hubDatasets,
    quota_mb: options.upload_quota_mb,
  });
  const tools = { store, modelCalls, catalogue, judges, plugins, plugin_failures_max, prometheus };
  const runner = createBenchmarkRunner(tools, log);
  const { benchmarks } = store;
  return {
    sessions,
    users: createUsers(store.accounts, passwords, sessions.forget),
    apiKeys: createApiKeys(store.accounts, sessions.forget),
    completions: createCompletions(store.completions, modelCalls),
    evaluations: createEvaluations({ store: store.evaluations, catalogue, judges, log }),
    datasets,
    hubDatasets,
    benchmarkComparisons: createBenchmarkComparisons(store, catalogue),
    benchmarks: createBenchmarks({ store, datasets, catalogue, judges, modelCalls, plugins, runner }),
    currentResults: createCurrentResults({ store, catalogue }),
    receipts: createReceipts(store, benchmarks),
    trials: createTrials(store, catalogue),
    plugins,
    metrics: catalogue,
    providers: createProviderCatalogue(modelCalls),
    models: createModelCatalogue(modelCalls),
    system: createSystem({ bus, prometheus, storageFault: store.storage.fault }),
    endOpenCalls: modelCalls.endAll,
    runner,
  };
}

export type Services = ReturnType<typeof createServices>;
