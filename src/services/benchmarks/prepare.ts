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
import type { SampleFieldStore } from "../../store/samples/sample-fields.ts";
import type { MetricCatalogue, ReadyMetric } from "../catalogues/metrics.ts";
import type { Datasets, ResolvedDataset } from "../datasets/index.ts";
import type { ModelCalls } from "../model-calls/index.ts";
import type { Plugins } from "../plugins/index.ts";
import { pinPlugins } from "../plugins/pins.ts";
import type { Judge, Judges } from "../scoring/judges.ts";
import { promptVersionsOf, usesJudge } from "../scoring/scoring.ts";
import { checkAnswerPatterns } from "./answer-patterns.ts";
import { checkComparisons } from "./assertions/request-checks.ts";
import { checkTemplates } from "./templates.ts";

/** The default seed. It is constant, so that benchmarks over the same dataset ask the same samples and compare. */
const SEED = 0;

/** Returns all that is needed to judge in the same way again; nothing if no metric uses a judge. */
function judgeSpecOf(
  metrics: readonly ReadyMetric[],
  judge: Judge | undefined,
): Pick<BenchmarkSpec, "judge" | "prompt_versions"> {
  if (!judge || !metrics.some(usesJudge)) return {};
  const { provider, model, params, cache } = judge;
  const choice = { provider: provider.listing.name, model, params, cache };
  return { judge: choice, prompt_versions: promptVersionsOf(metrics) };
}

/** Throws BAD_REQUEST for two runs with the same label. Results tell runs apart by their label alone. */
function refuseSameLabels({ providers }: CreateBenchmark): void {
  const seen = new Set<string>();
  for (const [index, run] of providers.entries()) {
    const label = labelOf(run);
    if (seen.has(label))
      throw badField(`providers.${index}`, `a second run is named '${label}': give each its own 'label'`);
    seen.add(label);
  }
}

/** Throws BAD_REQUEST if all runs together would have too many trials. */
function checkTrials(iterations: number, runs: number): void {
  if (iterations * runs <= ITERATIONS_MAX) return;
  throw badField("iterations", `all runs together may have at most ${ITERATIONS_MAX} trials`, {
    accepted: { maximum: Math.floor(ITERATIONS_MAX / runs) },
  });
}

function specOf(
  request: CreateBenchmark,
  { samples, group, protocol }: ResolvedDataset,
  prices: (PriceSnapshot | null)[],
): BenchmarkSpec {
  const { providers, iterations = samples, equivalence_margin, reduce, assertions, transforms } = request;
  checkTrials(iterations, providers.length);
  return {
    budget_usd: request.budget_usd ?? null,
    max_failures: request.max_failures ?? null,
    runs: providers,
    metrics: request.metrics,
    iterations,
    seed: request.seed ?? SEED,
    group,
    protocol,
    protocol_named: request.protocol !== undefined,
    cluster_by: request.cluster_by ?? "sample",
    params: request.params ?? {},
    ...(equivalence_margin === undefined ? {} : { equivalence_margin }),
    ...(reduce === undefined ? {} : { reduce }),
    ...(assertions ? { assertions } : {}),
    ...(transforms ? { transforms } : {}),
    prices,
    server_version: VERSION,
  };
}

/** Throws BAD_REQUEST for a metric that scores samples with choices only, if no sample has any. */
function checkChoices(
  metrics: readonly ReadyMetric[],
  name: string,
  { fields }: ResolvedDataset["row"],
): void {
  const index = metrics.findIndex(({ choices_or }) => choices_or !== undefined);
  if (index === -1 || fields.choices > 0) return;
  const { name: metric, choices_or } = metrics[index]!;
  throw badField(
    `metrics.${index}.params.${choices_or}`,
    `'${metric}' needs '${choices_or}', because no sample of '${name}' has choices`,
  );
}

/** Throws BAD_REQUEST for a metric that needs a field no sample has: its calls would be paid for nothing. */
async function checkMetrics(
  sampleFields: SampleFieldStore,
  metrics: readonly ReadyMetric[],
  dataset: ResolvedDataset,
): Promise<void> {
  const { row, group } = dataset;
  const name = group === null ? row.name : `${row.name}/${group}`;
  checkChoices(metrics, name, row);
  for (const field of ["expected", "context"] as const) {
    const index = metrics.findIndex(({ requires }) => requires.includes(field));
    if (index === -1 || (await hasField(sampleFields, dataset, field))) continue;
    const { name: metric } = metrics[index]!;
    throw badField(`metrics.${index}`, `'${metric}' needs '${field}', which no sample of '${name}' has`);
  }
}

/** Returns whether any sample of the dataset, or of the group that is asked, has the field. */
async function hasField(
  sampleFields: SampleFieldStore,
  { row, group, samples }: ResolvedDataset,
  key: "expected" | "context",
): Promise<boolean> {
  const { dataset_id, fields } = row;
  if (group === null || fields[key] === 0 || fields[key] === row.samples) return fields[key] > 0;
  const field = { metadata: false, key };
  return (await sampleFields.lacking(dataset_id, field, { samples: row.samples, group })) < samples;
}

export interface PreparationServices {
  store: Store;
  datasets: Datasets;
  catalogue: MetricCatalogue;
  judges: Judges;
  modelCalls: ModelCalls;
  plugins: Pick<Plugins, "names" | "calls">;
}

/** Whose calls must be possible: `plan` calls nobody, and `rescore` only the judges. */
type Callees = "all" | "judges" | "nobody";

/** Creates the function that turns a request into a benchmark's spec, with all that it names. */
export function createPreparation(services: PreparationServices) {
  const { store, datasets, catalogue, judges, modelCalls, plugins } = services;

  function requireRuns(request: CreateBenchmark): Provider[] {
    refuseSameLabels(request);
    return request.providers.map((run, index) =>
      modelCalls.require(run.provider, run.model, `providers.${index}.`),
    );
  }

  /** Returns the metrics with their judge. */
  async function resolveMetrics(request: CreateBenchmark) {
    const judge = judges.find(request.judge);
    const metrics = await catalogue.resolve(request.metrics, judge !== undefined);
    judges.check(metrics, judge);
    return { metrics, judge };
  }

  /** Returns the price that the benchmark's cost is computed by. It is stored with the spec, because prices change. */
  function priceOf({ provider, model }: RunRequest): PriceSnapshot | null {
    const known = modelCalls.prices.find(provider, model);
    return known ? { price: known.price, source: known.source, as_of: known.as_of } : null;
  }

  /** Looks every name up and checks all that can be checked without a call. `callees` must have a key. */
  return async function prepare(request: CreateBenchmark, callees: Callees) {
    const { metrics, judge } = await resolveMetrics(request);
    const providers = requireRuns(request);
    if (callees === "all") for (const provider of providers) modelCalls.requireConfigured(provider);
    if (callees !== "nobody") judges.requireConfigured(metrics, judge);
    const pins = await pinPlugins(plugins, request, metrics);
    const dataset = await datasets.resolve(request.dataset, request.protocol);
    await checkMetrics(store.sampleFields, metrics, dataset);
    const judgeSpec = judgeSpecOf(metrics, judge);
    const scored = { metrics: request.metrics, ...judgeSpec };
    await checkComparisons({ request, metrics, scored, dataset, store });
    await checkTemplates(store.sampleFields, request, dataset);
    checkAnswerPatterns(request);
    const spec = { ...specOf(request, dataset, request.providers.map(priceOf)), ...judgeSpec, ...pins };
    return { metrics, dataset, spec };
  };
}

export type Preparation = ReturnType<typeof createPreparation>;
export type PreparedBenchmark = Awaited<ReturnType<Preparation>>;
