import type { BenchmarkSpec } from "../domain/benchmark.ts";
import { badField } from "../domain/errors.ts";
import { labelOf } from "../domain/run.ts";
import type { BenchmarkRow } from "../store/benchmarks.ts";
import type { Store } from "../store/index.ts";
import { datasetOf, orderOf } from "./benchmark-runner/benchmark-order.ts";
import { requestOf } from "./benchmark-runner/trial.ts";
import { askedRun } from "./benchmark-runner/trial-context.ts";
import { askingFor } from "./dataset-protocols.ts";
import type { ModelCalls } from "./model-calls/index.ts";
import { type WorstCase, worstCaseOf } from "./model-calls/worst-case.ts";

type Priced = Pick<BenchmarkRow, "spec" | "dataset_id">;
type DatasetStores = Pick<Store, "datasets">;

/** The sample of a benchmark's first trial, and how it is asked. */
async function firstTrial(store: DatasetStores, benchmark: Priced) {
  const dataset = await datasetOf(store, benchmark);
  const { position } = (await orderOf(store, benchmark, dataset)).at(0);
  const sample = (await store.datasets.samplesAt(dataset.dataset_id, [position])).get(position);
  if (!sample) throw new Error(`Sample ${position} of dataset ${dataset.dataset_id} is missing.`);
  return { sample, position, asking: await askingFor(store.datasets, dataset, benchmark.spec.protocol) };
}

/** The most that each run's first call can cost. */
async function firstCalls(
  store: DatasetStores,
  modelCalls: ModelCalls,
  benchmark: Priced,
): Promise<WorstCase[]> {
  const { sample, position, asking } = await firstTrial(store, benchmark);
  return benchmark.spec.runs.map((run) => {
    const asked = askedRun(modelCalls, benchmark.spec, run, asking);
    const request = requestOf(asked, asked.asking(sample, position), sample, 0);
    return worstCaseOf(modelCalls.prices, run.provider, request);
  });
}

/** Up, so that what is named is enough. */
const cents = (usd: number): number => Math.ceil(usd * 1e6) / 1e6;

/** What a budget has to be at the least for each run to make its first call; why it can't be told, by run. */
export async function leastBudget(
  store: DatasetStores,
  modelCalls: ModelCalls,
  benchmark: Priced,
): Promise<{ usd: number; unknown: ReadonlyMap<number, string> }> {
  const calls = await firstCalls(store, modelCalls, benchmark);
  const unknown = calls.flatMap((call, run): [number, string][] =>
    "unknown" in call ? [[run, call.unknown]] : [],
  );
  const usd = calls.reduce((most, call) => ("usd" in call ? Math.max(most, call.usd) : most), 0);
  return { usd: cents(usd), unknown: new Map(unknown) };
}

const nameOf = ({ runs }: BenchmarkSpec, run: number): string => {
  const asked = runs[run];
  return asked ? labelOf(asked) : String(run);
};

/** What a judge is asked depends on the answers; that the most it may cost can be told does not. */
export function refuseUnpricedJudge({ prices }: ModelCalls, { judge }: BenchmarkSpec): void {
  if (!judge) return;
  const worst = worstCaseOf(prices, judge.provider, { ...judge.params, model: judge.model, messages: [] });
  if ("unknown" in worst) throw badField("budget_usd", `can't be kept for the judge: ${worst.unknown}`);
}

/**
 * Refuses, before anything is paid, a budget that can't be kept because the most a run's or the judge's calls may cost
 * is not known, and one that has no room for a single call beside what is spent.
 */
export async function checkBudget(
  store: DatasetStores,
  modelCalls: ModelCalls,
  benchmark: Priced,
  spent_usd = 0,
): Promise<void> {
  const { budget_usd } = benchmark.spec;
  if (typeof budget_usd !== "number") return;
  refuseUnpricedJudge(modelCalls, benchmark.spec);
  const least = await leastBudget(store, modelCalls, benchmark);
  for (const [run, reason] of least.unknown) {
    const name = nameOf(benchmark.spec, run);
    throw badField("budget_usd", `can't be kept for the run '${name}': ${reason}`, { run: name });
  }
  const minimum = cents(spent_usd + least.usd);
  if (minimum <= budget_usd) return;
  const used = spent_usd > 0 ? `$${cents(spent_usd)} are spent and ` : "";
  const fault = `is below one call: ${used}the next may cost up to $${least.usd} (less with a lower max_tokens)`;
  throw badField("budget_usd", fault, { accepted: { minimum } });
}
