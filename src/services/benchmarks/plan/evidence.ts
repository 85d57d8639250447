import { canonicalJson } from "../../../base/hash.ts";
import type { BenchmarkSpec } from "../../../domain/benchmarks/benchmark.ts";
import type { RunRequest } from "../../../domain/benchmarks/run.ts";
import type { Usage } from "../../../domain/completions/completion.ts";
import type { CompletionRequest, Forecast } from "../../../providers/provider.ts";
import type { PastTrial, PastTrialStore } from "../../../store/past-trials.ts";
import { paramsOf } from "../order/run-params.ts";

/** What tells how a run's trials will go. */
export interface Evidence {
  /** Where it is from, in words. */
  basis: string;
  /** Whether these are some of the trials to come, or others like them. */
  are: "some" | "like";
  /** Whether they were asked the same, so that their prompts count too. */
  same_prompts: boolean;
  usages: readonly Usage[];
  /** Milliseconds. */
  latencies: readonly number[];
  /** Share of trials without an answer, retries included. */
  failure: number;
}

/** A past run of the same model over the same dataset. */
export interface PastRun {
  same_params: boolean;
  trials: readonly PastTrial[];
}

/** Attempts that a failure which may pass is given. */
const ATTEMPTS = 4;
const RUNS_READ = 3;

/** What an embedded model says of some of the trials to come. */
export function forecastEvidence(
  requests: readonly CompletionRequest[],
  forecast: (request: CompletionRequest) => Forecast,
): Evidence {
  const told = requests.map(forecast);
  const { error_rate = 0, retryable = false } = told[0] ?? {};
  return {
    basis: "what the embedded model says of itself",
    are: "some",
    same_prompts: true,
    usages: told.map(({ usage }) => usage),
    latencies: told.map(({ latency_ms }) => latency_ms),
    failure: retryable ? error_rate ** ATTEMPTS : error_rate,
  };
}

/**
 * The latest past runs of a model over a dataset: those that were asked with the same parameters if there are any,
 * else others.
 */
export async function findPastRuns(
  store: PastTrialStore,
  dataset_id: string,
  spec: BenchmarkSpec,
  run: RunRequest,
): Promise<PastRun[]> {
  const wanted = canonicalJson(paramsOf(spec, run));
  const found = (await store.benchmarksOver(dataset_id)).flatMap((past) =>
    past.spec.runs.flatMap((asked, index) => {
      if (asked.provider !== run.provider || asked.model !== run.model) return [];
      const same_params = canonicalJson(paramsOf(past.spec, asked)) === wanted;
      return [{ ...past, index, same_params }];
    }),
  );
  const same = found.filter(({ same_params }) => same_params);
  const runs: PastRun[] = [];
  for (const { benchmark_id, spec: past, index, same_params } of (same.length > 0 ? same : found).slice(
    0,
    RUNS_READ,
  ))
    runs.push({ same_params, trials: await store.spread(benchmark_id, index, past.iterations) });
  return runs.filter(({ trials }) => trials.length > 0);
}

/** What past runs say; undefined if none of their trials got an answer. */
export function pastEvidence(runs: readonly PastRun[]): Evidence | undefined {
  const trials = runs.flatMap((run) => run.trials);
  const answered = trials.filter(({ outcome }) => outcome !== "provider_error");
  const usages = answered.flatMap(({ usage }) => (usage ? [usage] : []));
  const latencies = answered.flatMap(({ latency_ms }) => (latency_ms === null ? [] : [latency_ms]));
  if (answered.length === 0) return undefined;
  const same_prompts = runs.every(({ same_params }) => same_params);
  return {
    basis: `${answered.length} past trials of the model over the dataset, ${same_prompts ? "asked with the same parameters" : "though asked with other parameters"}`,
    are: "like",
    same_prompts,
    usages,
    latencies,
    failure: 1 - answered.length / trials.length,
  };
}
