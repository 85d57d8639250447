import { badField } from "../../../base/errors.ts";
import type { BenchmarkSpec } from "../../../domain/benchmarks/benchmark.ts";
import { labelOf } from "../../../domain/benchmarks/run.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { Store } from "../../../store/index.ts";
import { askingFor } from "../../datasets/protocols.ts";
import type { ModelCalls } from "../../model-calls/index.ts";
import { type WorstCase, worstCaseOf } from "../../model-calls/worst-case.ts";
import { datasetOf, orderOf } from "../order/benchmark-order.ts";
import { requestOf } from "../run/trial.ts";
import { askedRun } from "../run/trial-context.ts";

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

/** A call that a benchmark makes, and the most it can cost. */
interface KnownCall {
  /** In an error: the run 'name', or the judge. */
  who: string;
  run?: string;
  worst: WorstCase;
}

/** Each run's first call. */
async function firstCalls(
  store: DatasetStores,
  modelCalls: ModelCalls,
  benchmark: Priced,
): Promise<KnownCall[]> {
  const { sample, position, asking } = await firstTrial(store, benchmark);
  return benchmark.spec.runs.map((run) => {
    const asked = askedRun(modelCalls, benchmark.spec, run, asking);
    const request = requestOf(asked, asked.asking(sample, position), sample, 0);
    const name = labelOf(run);
    return {
      who: `the run '${name}'`,
      run: name,
      worst: worstCaseOf(modelCalls.prices, run.provider, request),
    };
  });
}

/** What a judge is asked depends on the answers: none of its calls costs less at the most than one without any text. */
function judgeCalls({ prices }: ModelCalls, { judge }: BenchmarkSpec): KnownCall[] {
  if (!judge) return [];
  const request = { ...judge.params, model: judge.model, messages: [] };
  return [{ who: "the judge", worst: worstCaseOf(prices, judge.provider, request) }];
}

/** Up, so that what is named is enough. */
const cents = (usd: number): number => Math.ceil(usd * 1e6) / 1e6;

/** What a budget has to be at the least. */
interface LeastBudget {
  usd: number;
  /** Whose call that is; null where none costs anything. */
  who: string | null;
  /** Of whom it can't be told, and why. */
  unknown: (Pick<KnownCall, "who" | "run"> & { reason: string })[];
}

/** What a budget has to be for each run, and the judge, to make a call; where outputs are scored anew, for the judge alone. */
export async function leastBudget(
  store: DatasetStores,
  modelCalls: ModelCalls,
  benchmark: Priced,
): Promise<LeastBudget> {
  const { spec } = benchmark;
  const asked = spec.rescores === undefined ? await firstCalls(store, modelCalls, benchmark) : [];
  const least: LeastBudget = { usd: 0, who: null, unknown: [] };
  for (const { worst, ...caller } of [...judgeCalls(modelCalls, spec), ...asked]) {
    if ("unknown" in worst) least.unknown.push({ ...caller, reason: worst.unknown });
    else if (cents(worst.usd) > least.usd) Object.assign(least, { usd: cents(worst.usd), who: caller.who });
  }
  return least;
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
  const { usd, who, unknown } = await leastBudget(store, modelCalls, benchmark);
  for (const { who: caller, run, reason } of unknown)
    throw badField("budget_usd", `can't be kept for ${caller}: ${reason}`, run === undefined ? {} : { run });
  const minimum = cents(spent_usd + usd);
  if (minimum <= budget_usd) return;
  const used = spent_usd > 0 ? `$${cents(spent_usd)} are spent and ` : "";
  const fault = `is below one call: ${used}the next of ${who} may cost up to $${usd} (less with a lower max_tokens)`;
  throw badField("budget_usd", fault, { accepted: { minimum } });
}
