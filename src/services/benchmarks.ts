import {
  type Benchmark,
  type BenchmarkSpec,
  type CreateBenchmark,
  ITERATIONS_MAX,
  isTerminal,
  labelOf,
  type RunRequest,
} from "../domain/benchmark.ts";
import { AppError, badField, notFound } from "../domain/errors.ts";
import { newId, now } from "../domain/fields.ts";
import type { Page, PageRequest } from "../domain/page.ts";
import { authorize, type Caller } from "../domain/permissions.ts";
import type { PriceSnapshot } from "../domain/price.ts";
import { VERSION } from "../domain/version.ts";
import type { BenchmarkRow, BenchmarkStore } from "../store/benchmarks.ts";
import type { TrialStore } from "../store/trials.ts";
import type { BenchmarkRunner } from "./benchmark-runner/index.ts";
import { progressBefore, progressEvent } from "./benchmark-runner/progress.ts";
import { checkComparisons } from "./comparisons/request-checks.ts";
import type { Datasets, ResolvedDataset } from "./datasets.ts";
import type { Judge, Judges } from "./judges.ts";
import type { MetricCatalogue, ReadyMetric } from "./metric-catalogue.ts";
import type { ModelCalls } from "./model-calls/index.ts";
import type { Plugins } from "./plugins/index.ts";
import { pinPlugins } from "./plugins/pins.ts";
import { promptVersionsOf, usesJudge } from "./scoring.ts";

/** Without a seed of their own, benchmarks over the same dataset ask the same samples, so that they can be compared. */
const SEED = 0;

function shown(row: BenchmarkRow): Benchmark {
  const {
    benchmark_id,
    status,
    settled,
    total,
    name,
    dataset,
    created_by,
    created_at,
    started_at,
    finished_at,
    error,
  } = row;
  const progress = isTerminal(status) ? 1 : progressBefore(settled, total);
  const times = { created_at, started_at, finished_at };
  return {
    benchmark_id,
    status,
    progress,
    results: row.results,
    name,
    dataset,
    trials: total,
    created_by,
    ...times,
    error,
  };
}

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

interface BenchmarkServices {
  benchmarks: BenchmarkStore;
  trials: TrialStore;
  datasets: Datasets;
  catalogue: MetricCatalogue;
  judges: Judges;
  modelCalls: ModelCalls;
  plugins: Pick<Plugins, "names" | "calls">;
  runner: BenchmarkRunner;
}

export function createBenchmarks({
  benchmarks,
  trials,
  datasets,
  catalogue,
  judges,
  modelCalls,
  plugins,
  runner,
}: BenchmarkServices) {
  async function find(id: string): Promise<BenchmarkRow> {
    const row = await benchmarks.find(id);
    if (!row) throw notFound("benchmark", id);
    return row;
  }

  /** Metrics that the dataset can't serve would cost the calls and give nothing. */
  function checkMetrics(metrics: readonly ReadyMetric[], { row }: ResolvedDataset): void {
    for (const [index, metric] of metrics.entries()) {
      const missing = metric.requires.find(
        (field) => (field === "expected" || field === "context") && row.fields[field] === 0,
      );
      if (missing) {
        throw badField(
          `metrics.${index}`,
          `'${metric.name}' needs '${missing}', which no sample of '${row.name}' has`,
        );
      }
    }
  }

  function checkRuns(request: CreateBenchmark): void {
    refuseSameNames(request);
    const providers = request.providers.map((run, index) =>
      modelCalls.require(run.provider, run.model, `providers.${index}.`),
    );
    for (const provider of providers) modelCalls.requireConfigured(provider);
  }

  /** Prices change; what this benchmark's cost was reckoned by is kept with it. */
  function priceOf({ provider, model }: RunRequest): PriceSnapshot | null {
    const known = modelCalls.prices.models(provider).find((priced) => priced.model === model);
    return known ? { price: known.price, source: known.source, as_of: known.as_of } : null;
  }

  /** The metrics, and who is to judge them. */
  async function judgingOf(request: CreateBenchmark) {
    const judge = judges.find(request.judge);
    const metrics = await catalogue.resolve(request.metrics, judge !== undefined);
    judges.check(metrics, judge);
    return { metrics, judge };
  }

  function specOf(request: CreateBenchmark, dataset: ResolvedDataset): BenchmarkSpec {
    const { providers, metrics, iterations = dataset.samples, seed = SEED, params = {} } = request;
    const { cluster_by = "sample", equivalence_margin, assertions, transforms } = request;
    const { group, protocol } = dataset;
    if (iterations * providers.length > ITERATIONS_MAX) {
      const accepted = { maximum: Math.floor(ITERATIONS_MAX / providers.length) };
      throw badField("iterations", `all runs together may have at most ${ITERATIONS_MAX} trials`, {
        accepted,
      });
    }
    return {
      ...{ runs: providers, metrics, iterations, seed, group, protocol, cluster_by, params },
      ...(equivalence_margin === undefined ? {} : { equivalence_margin }),
      ...(assertions ? { assertions } : {}),
      ...(transforms ? { transforms } : {}),
      prices: providers.map(priceOf),
      server_version: VERSION,
    };
  }

  return {
    /** Looks every name up before a call is paid, and answers the row that waits for the runner. */
    async create(caller: Caller, request: CreateBenchmark): Promise<Benchmark> {
      authorize(caller, "benchmarks.create");
      const { metrics, judge } = await judgingOf(request);
      checkRuns(request);
      const pins = await pinPlugins(plugins, request, metrics);
      const dataset = await datasets.resolve(request.dataset, request.protocol);
      checkMetrics(metrics, dataset);
      await checkComparisons({ request, metrics, dataset, benchmarks });
      const spec = { ...specOf(request, dataset), ...judgeSpecOf(metrics, judge), ...pins };
      const row: BenchmarkRow = {
        benchmark_id: newId(),
        name: request.name,
        status: "pending",
        settled: 0,
        total: spec.iterations * spec.runs.length,
        results: null,
        dataset: request.dataset,
        dataset_id: dataset.row.dataset_id,
        spec,
        created_by: caller.id,
        created_at: now(),
        started_at: null,
        finished_at: null,
        error: null,
        stopped_plugins: null,
        lease_owner: null,
        lease_until: null,
      };
      await benchmarks.add(row, progressEvent(row.benchmark_id, "pending", 0));
      runner.wake();
      return shown(row);
    },
    async list(caller: Caller, request: PageRequest): Promise<Page<Benchmark>> {
      authorize(caller, "benchmarks.read");
      const page = await benchmarks.list(request);
      return { ...page, items: page.items.map(shown) };
    },
    async get(caller: Caller, id: string): Promise<Benchmark> {
      authorize(caller, "benchmarks.read");
      return shown(await find(id));
    },
    /** Ends it now; what is done is kept and summed up. CONFLICT if it has ended already. */
    async cancel(caller: Caller, id: string): Promise<Benchmark> {
      authorize(caller, "benchmarks.change");
      const row = await find(id);
      authorize(caller, "benchmarks.change", row.created_by);
      if (!(await benchmarks.cancel(id, now(), progressEvent(id, "cancelled", 1)))) {
        throw new AppError("CONFLICT", `The benchmark has ended: it is ${row.status}.`, {
          status: row.status,
        });
      }
      await runner.cancel(id);
      return shown(await find(id));
    },
    /** Removes a benchmark that has ended, with all its trials. */
    async remove(caller: Caller, id: string): Promise<void> {
      authorize(caller, "benchmarks.change");
      const row = await find(id);
      authorize(caller, "benchmarks.change", row.created_by);
      if (!isTerminal(row.status))
        throw new AppError("CONFLICT", "The benchmark is at work: cancel it first.", { status: row.status });
      // A cancelled one may have trials open, whose rows would outlive it.
      await runner.ended(id);
      // In this order a kill in between leaves rows that nobody sees, not a result without its rows.
      await benchmarks.remove(id);
      await trials.remove(id);
    },
  };
}

export type Benchmarks = ReturnType<typeof createBenchmarks>;
