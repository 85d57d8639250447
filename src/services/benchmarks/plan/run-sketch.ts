import { createRandom, shuffledIndices } from "../../../base/random.ts";
import type { BenchmarkSpec } from "../../../domain/benchmarks/benchmark.ts";
import type { PlannedRun, Range } from "../../../domain/benchmarks/plan.ts";
import { labelOf, type RunRequest } from "../../../domain/benchmarks/run.ts";
import type { CompletionRequest } from "../../../providers/provider.ts";
import type { DatasetRow } from "../../../store/datasets.ts";
import type { Store } from "../../../store/index.ts";
import { askingFor } from "../../datasets/protocols.ts";
import type { ModelCalls } from "../../model-calls/index.ts";
import { createSampleReader } from "../order/sample-reader.ts";
import type { TrialOrder } from "../order/trial-order.ts";
import { requestOf, setUpRun } from "../run/trial-request.ts";
import { costOf } from "./costs.ts";
import type { Work } from "./durations.ts";
import { type Evidence, findPastRuns, forecastEvidence, type PastRun, pastEvidence } from "./evidence.ts";
import { scaled, totalOf } from "./ranges.ts";
import { completionTokens, type Estimate, promptTokens } from "./tokens.ts";

/** Number of trials whose requests are built, to be counted by the tokenizer or forecast by an embedded model. */
const TRIALS_READ = { counted: 200, forecast: 2_000 };

/** The plan of a run without its duration, which depends on all runs together. */
export interface RunSketch {
  planned: Omit<PlannedRun, "duration_ms">;
  work: Work;
  past: readonly PastRun[];
}

export interface RunToSketch {
  spec: BenchmarkSpec;
  dataset: DatasetRow;
  order: TrialOrder;
  run: RunRequest;
}

export interface SketchTools {
  store: Store;
  modelCalls: ModelCalls;
}

/** Estimates a run's tokens and cost, and collects what its duration depends on. */
export async function sketchRun(tools: SketchTools, planned: RunToSketch): Promise<RunSketch> {
  const { store, modelCalls } = tools;
  const { provider: name, model } = planned.run;
  const provider = modelCalls.require(name, model);
  const trials = planned.order.total;
  const { forecast } = provider;
  const requests = await requestsOf(tools, planned, forecast ? TRIALS_READ.forecast : TRIALS_READ.counted);
  const { dataset_id } = planned.dataset;
  const past = await findPastRuns(store.pastTrials, { dataset_id, spec: planned.spec, run: planned.run });
  const evidence = forecast ? forecastEvidence(requests, forecast) : pastEvidence(past);
  const plannedTrials = { provider: name, requests, trials, evidence };
  const prompt = await promptTokens(plannedTrials);
  const completion = completionTokens(plannedTrials, modelCalls.prices.find(name, model));
  const cost = costOf(modelCalls.prices, { provider: name, model, trials, prompt, completion, evidence });
  const embedded = provider.listing.kind === "embedded";
  return {
    planned: plannedRun(planned, { prompt_tokens: prompt, completion_tokens: completion, cost_usd: cost }),
    past,
    work: { provider: name, embedded, trials, latency_ms: latencyOf(evidence, trials) },
  };
}

type RunEstimates = Record<"prompt_tokens" | "completion_tokens" | "cost_usd", Estimate>;

const plannedRun = ({ run, order }: RunToSketch, estimates: RunEstimates): RunSketch["planned"] => ({
  run: labelOf(run),
  provider: run.provider,
  model: run.model,
  trials: order.total,
  prompt_tokens: estimates.prompt_tokens.range,
  completion_tokens: estimates.completion_tokens.range,
  cost_usd: estimates.cost_usd.range,
  basis: textsOf(estimates, "basis"),
  reasons: textsOf(estimates, "reason"),
});

/** Returns, by quantity, the basis or the reason of each estimate that has one. */
const textsOf = (estimates: Record<string, Estimate>, key: "basis" | "reason"): Record<string, string> =>
  Object.fromEntries(
    Object.entries(estimates).flatMap(([name, { [key]: text }]) =>
      text === undefined ? [] : [[name, text]],
    ),
  );

/** Returns the mean milliseconds of a trial's call. */
function latencyOf(evidence: Evidence | undefined, trials: number): Range | null {
  const total = evidence && totalOf(evidence.latencies, trials, evidence.are);
  return total ? scaled(total, { low: 1 / trials, expected: 1 / trials, high: 1 / trials }) : null;
}

/** Returns the requests of at most `most` trials of a run. */
async function requestsOf(
  { store, modelCalls }: SketchTools,
  { spec, dataset, order, run }: RunToSketch,
  most: number,
): Promise<CompletionRequest[]> {
  const { dataset_id } = dataset;
  const asking = await askingFor(store.datasets, dataset, spec.protocol);
  const setup = setUpRun(modelCalls, { spec, run, asking });
  const samples = createSampleReader(store.datasets, { dataset_id, order, runs: 1 });
  const requests: CompletionRequest[] = [];
  for (const index of chosenTrials(order.total, most, spec.seed)) {
    const sample = await samples.read(index);
    const { position, repeat } = order.at(index);
    requests.push(requestOf(setup, { sample, prompt: setup.asking(sample, position), repeat }));
  }
  return requests;
}

/** Returns the indices of all trials. If there are more than `most`, returns a seeded sample of them, in order. */
function chosenTrials(total: number, most: number, seed: number): number[] {
  if (total <= most) return [...Array(total).keys()];
  return [...shuffledIndices(total, createRandom(seed)).slice(0, most)].sort((left, right) => left - right);
}
