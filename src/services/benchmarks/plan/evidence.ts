import { canonicalJson } from "../../../base/hash.ts";
import type { BenchmarkSpec } from "../../../domain/benchmarks/benchmark.ts";
import type { RunRequest } from "../../../domain/benchmarks/run.ts";
import type { Usage } from "../../../domain/completions/completion.ts";
import type { CompletionRequest, Forecast } from "../../../providers/provider.ts";
import type { PastTrial, PastTrialStore } from "../../../store/past-trials.ts";
import { paramsOf } from "../order/run-params.ts";

/** What is known beforehand about a run's trials. */
export interface Evidence {
  /** The origin of the evidence, in words. */
  basis: string;
  /** Whether the evidence is of some of the run's own trials, or of others like them. */
  are: "some" | "like";
  /** Whether the prompts were the same, so that their tokens count, too. */
  same_prompts: boolean;
  usages: readonly Usage[];
  /** Milliseconds. */
  latencies: readonly number[];
  /** Share of trials without an answer after all retries. */
  failure: number;
}

/** A past run of the same model over the same dataset. */
export interface PastRun {
  same_params: boolean;
  trials: readonly PastTrial[];
}

/** Attempts of a call that fails with a retryable error. */
const ATTEMPTS = 4;
const RUNS_READ = 3;

/** Returns what an embedded model forecasts for some of the run's trials. */
export function forecastEvidence(
  requests: readonly CompletionRequest[],
  forecast: (request: CompletionRequest) => Forecast,
): Evidence {
  const forecasts = requests.map(forecast);
  const { error_rate = 0, retryable = false } = forecasts[0] ?? {};
  return {
    basis: "the forecast of the embedded model itself",
    are: "some",
    same_prompts: true,
    usages: forecasts.map(({ usage }) => usage),
    latencies: forecasts.map(({ latency_ms }) => latency_ms),
    failure: retryable ? error_rate ** ATTEMPTS : error_rate,
  };
}

interface PlannedRunOfDataset {
  dataset_id: string;
  spec: BenchmarkSpec;
  run: RunRequest;
}

/**
 * Returns the latest past runs of a model over a dataset. If any had the same parameters, returns only those with the
 * same ones.
 */
export async function findPastRuns(store: PastTrialStore, planned: PlannedRunOfDataset): Promise<PastRun[]> {
  const candidates = await findRunsOfModel(store, planned);
  const sameParams = candidates.filter(({ same_params }) => same_params);
  const chosen = (sameParams.length > 0 ? sameParams : candidates).slice(0, RUNS_READ);
  const runs: PastRun[] = [];
  for (const { benchmark_id, spec, index, same_params } of chosen)
    runs.push({ same_params, trials: await store.spread(benchmark_id, index, spec.iterations) });
  return runs.filter(({ trials }) => trials.length > 0);
}

async function findRunsOfModel(store: PastTrialStore, { dataset_id, spec, run }: PlannedRunOfDataset) {
  const params = canonicalJson(paramsOf(spec, run));
  return (await store.benchmarksOver(dataset_id)).flatMap((past) =>
    past.spec.runs.flatMap((pastRun, index) => {
      if (pastRun.provider !== run.provider || pastRun.model !== run.model) return [];
      const same_params = canonicalJson(paramsOf(past.spec, pastRun)) === params;
      return [{ ...past, index, same_params }];
    }),
  );
}

/** Null models, such as one that always takes the first choice: they differ from a model more than models do. */
const NULL_MODELS = "baseline";
const OTHERS_READ = 8;

/** Returns the latest past runs of models over a dataset, one a model, at most eight; null models are left out. */
export async function findOtherRuns(store: PastTrialStore, dataset_id: string): Promise<PastRun[][]> {
  const models = new Map<string, { benchmark_id: string; spec: BenchmarkSpec; index: number }>();
  for (const past of await store.benchmarksOver(dataset_id))
    for (const [index, { provider, model }] of past.spec.runs.entries()) {
      const key = JSON.stringify([provider, model]);
      if (provider !== NULL_MODELS && !models.has(key)) models.set(key, { ...past, index });
    }
  const runs: PastRun[][] = [];
  for (const { benchmark_id, spec, index } of [...models.values()].slice(0, OTHERS_READ)) {
    const trials = await store.spread(benchmark_id, index, spec.iterations);
    runs.push([{ same_params: false, trials }]);
  }
  return runs;
}

/** Returns the evidence of past runs; undefined if none of their trials got an answer. */
export function pastEvidence(runs: readonly PastRun[]): Evidence | undefined {
  const trials = runs.flatMap((run) => run.trials);
  const answered = trials.filter(({ outcome }) => outcome !== "provider_error");
  if (answered.length === 0) return undefined;
  const same_prompts = runs.every(({ same_params }) => same_params);
  const params = same_prompts ? "with the same parameters" : "but with other parameters";
  return {
    basis: `${answered.length} past trials of the model over the dataset, ${params}`,
    are: "like",
    same_prompts,
    usages: answered.flatMap(({ usage }) => (usage ? [usage] : [])),
    latencies: answered.flatMap(({ latency_ms }) => (latency_ms === null ? [] : [latency_ms])),
    failure: 1 - answered.length / trials.length,
  };
}
