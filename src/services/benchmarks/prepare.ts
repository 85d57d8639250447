import { badField } from "../../base/errors.ts";
import { VERSION } from "../../base/version.ts";
import {
  type BenchmarkSpec,
  type CreateBenchmark,
  ITERATIONS_MAX,
} from "../../domain/benchmarks/benchmark.ts";
import { labelOf, type RunRequest } from "../../domain/benchmarks/run.ts";
import type { PriceSnapshot } from "../../domain/price.ts";
import type { Provider } from "../../providers/provider.ts";
import type { Store } from "../../store/index.ts";
import type { MetricCatalogue, ReadyMetric } from "../catalogues/metrics.ts";
import type { Datasets, ResolvedDataset } from "../datasets/index.ts";
import type { ModelCalls } from "../model-calls/index.ts";
import type { Plugins } from "../plugins/index.ts";
import { pinPlugins } from "../plugins/pins.ts";
import type { Judge, Judges } from "../scoring/judges.ts";
import { promptVersionsOf, usesJudge } from "../scoring/scoring.ts";
import { checkComparisons } from "./assertions/request-checks.ts";
import { checkTemplates } from "./templates.ts";

/** Without a seed of their own, benchmarks over the same dataset ask the same samples, so that they can be compared. */
const SEED = 0;

/** All that is needed to have the same judged again, where any metric asks a judge. */
function judgeSpecOf(
  metrics: readonly ReadyMetric[],
  judge: Judge | undefined,
): Pick<BenchmarkSpec, "judge" | "prompt_versions"> {
  if (!judge || !metrics.some(usesJudge)) return {};
  const { provider, model, params, cache } = judge;
  const choice = { provider: provider.listing.name, model, params, cache };
  return { judge: choice, prompt_versions: promptVersionsOf(metrics) };
}

/** Results are told apart by their run's name alone. */
function refuseSameNames({ providers }: CreateBenchmark): void {
  const seen = new Set<string>();
  for (const [index, run] of providers.entries()) {
    const label = labelOf(run);
    if (seen.has(label))
      throw badField(`providers.${index}`, `a second run named '${label}': give each a 'label' of its own`);
    seen.add(label);
  }
}

export interface PreparationServices {
  store: Store;
  datasets: Datasets;
  catalogue: MetricCatalogue;
  judges: Judges;
  modelCalls: ModelCalls;
  plugins: Pick<Plugins, "names" | "calls">;
}

/** Makes of a request all that a benchmark needs, before a call is paid. */
export function createPreparation({
  store,
  datasets,
  catalogue,
  judges,
  modelCalls,
  plugins,
}: PreparationServices) {
  /** Metrics that the dataset can't serve would cost the calls and give nothing. */
  async function checkMetrics(metrics: readonly ReadyMetric[], dataset: ResolvedDataset): Promise<void> {
    const { row, group } = dataset;
    const name = group === null ? row.name : `${row.name}/${group}`;
    for (const field of ["expected", "context"] as const) {
      const index = metrics.findIndex(({ requires }) => requires.includes(field));
      if (index === -1 || (await isThere(field, dataset))) continue;
      const { name: metric } = metrics[index]!;
      throw badField(`metrics.${index}`, `'${metric}' needs '${field}', which no sample of '${name}' has`);
    }
  }

  /** Whether any of the samples that will be asked has it. */
  async function isThere(
    key: "expected" | "context",
    { row, group, samples }: ResolvedDataset,
  ): Promise<boolean> {
    const { dataset_id, fields } = row;
    if (group === null || fields[key] === 0 || fields[key] === row.samples) return fields[key] > 0;
    const field = { metadata: false, key };
    return (await store.sampleFields.lacking(dataset_id, row.samples, group, field)) < samples;
  }

  function requireRuns(request: CreateBenchmark): Provider[] {
    refuseSameNames(request);
    return request.providers.map((run, index) =>
      modelCalls.require(run.provider, run.model, `providers.${index}.`),
    );
  }

  /** The metrics, and who is to judge them. */
  async function judgingOf(request: CreateBenchmark) {
    const judge = judges.find(request.judge);
    const metrics = await catalogue.resolve(request.metrics, judge !== undefined);
    judges.check(metrics, judge);
    return { metrics, judge };
  }

  /** Prices change; what this benchmark's cost was reckoned by is kept with it. */
  function priceOf({ provider, model }: RunRequest): PriceSnapshot | null {
    const known = modelCalls.prices.find(provider, model);
    return known ? { price: known.price, source: known.source, as_of: known.as_of } : null;
  }

  function specOf(request: CreateBenchmark, dataset: ResolvedDataset): BenchmarkSpec {
    const { providers, metrics, iterations = dataset.samples, seed = SEED, params = {} } = request;
    const { budget_usd = null, max_failures = null } = request;
    const { cluster_by = "sample", equivalence_margin, assertions, transforms } = request;
    const { group, protocol } = dataset;
    if (iterations * providers.length > ITERATIONS_MAX) {
      const accepted = { maximum: Math.floor(ITERATIONS_MAX / providers.length) };
      throw badField("iterations", `all runs together may have at most ${ITERATIONS_MAX} trials`, {
        accepted,
      });
    }
    return {
      budget_usd,
      max_failures,
      runs: providers,
      metrics,
      iterations,
      seed,
      group,
      protocol,
      cluster_by,
      params,
      ...(equivalence_margin === undefined ? {} : { equivalence_margin }),
      ...(assertions ? { assertions } : {}),
      ...(transforms ? { transforms } : {}),
      prices: providers.map(priceOf),
      server_version: VERSION,
    };
  }

  /** Looks every name up and checks what can be checked without a call; whoever is to be called must have a key. */
  return async function prepare(request: CreateBenchmark, called: "all" | "judges" | "nobody") {
    const { metrics, judge } = await judgingOf(request);
    const providers = requireRuns(request);
    if (called === "all") for (const provider of providers) modelCalls.requireConfigured(provider);
    if (called !== "nobody") judges.requireConfigured(metrics, judge);
    const pins = await pinPlugins(plugins, request, metrics);
    const dataset = await datasets.resolve(request.dataset, request.protocol);
    await checkMetrics(metrics, dataset);
    const judged = judgeSpecOf(metrics, judge);
    const scored = { metrics: request.metrics, ...judged };
    await checkComparisons({ request, metrics, scored, dataset, benchmarks: store.benchmarks });
    await checkTemplates(store.sampleFields, request, dataset);
    const spec = { ...specOf(request, dataset), ...judged, ...pins };
    return { metrics, dataset, spec };
  };
}

export type Preparation = ReturnType<typeof createPreparation>;
