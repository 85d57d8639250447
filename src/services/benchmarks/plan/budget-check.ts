import { badField } from "../../../base/errors.ts";
import type { BenchmarkSpec } from "../../../domain/benchmarks/benchmark.ts";
import { labelOf } from "../../../domain/benchmarks/run.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { Store } from "../../../store/index.ts";
import { askingFor } from "../../datasets/protocols.ts";
import type { ModelCalls } from "../../model-calls/index.ts";
import { type WorstCase, worstCaseOf } from "../../model-calls/worst-case.ts";
import { datasetOf, orderOf } from "../order/benchmark-order.ts";
import { requestOf, setUpRun } from "../run/trial-request.ts";

type BudgetedBenchmark = Pick<BenchmarkRow, "spec" | "dataset_id">;
type DatasetStores = Pick<Store, "datasets">;

/** Returns the sample of a benchmark's first trial, and how samples are prompt. */
async function firstTrial(store: DatasetStores, benchmark: BudgetedBenchmark) {
  const dataset = await datasetOf(store, benchmark);
  const { position } = (await orderOf(store, benchmark, dataset)).at(0);
  const sample = (await store.datasets.samplesAt(dataset.dataset_id, [position])).get(position);
  if (!sample) throw new Error(`Sample ${position} of dataset ${dataset.dataset_id} is missing.`);
  return { sample, position, asking: await askingFor(store.datasets, dataset, benchmark.spec.protocol) };
}

/** Who makes a call, and the most that the call can cost. */
interface FirstCall {
  /** As errors name it: `the run 'name'`, or `the judge`. */
  caller: string;
  /** The run's label; left out for the judge. */
  run?: string;
  worst: WorstCase;
}

/** Returns each run's first call. */
async function firstCalls(
  store: DatasetStores,
  modelCalls: ModelCalls,
  benchmark: BudgetedBenchmark,
): Promise<FirstCall[]> {
  const { sample, position, asking } = await firstTrial(store, benchmark);
  const { spec } = benchmark;
  return spec.runs.map((run) => {
    const setup = setUpRun(modelCalls, { spec, run, asking });
    const request = requestOf(setup, { sample, prompt: setup.asking(sample, position), repeat: 0 });
    const label = labelOf(run);
    const worst = worstCaseOf(modelCalls.prices, run.provider, request);
    return { caller: `the run '${label}'`, run: label, worst };
  });
}

/** A judge's prompts contain the answers, which are not known yet. A call without text has the lowest worst case. */
function judgeCalls({ prices }: ModelCalls, { judge }: BenchmarkSpec): FirstCall[] {
  if (!judge) return [];
  const request = { ...judge.params, model: judge.model, messages: [] };
  return [{ caller: "the judge", worst: worstCaseOf(prices, judge.provider, request) }];
}

/** Rounds up to a millionth of a dollar, so that the named amount suffices. */
const roundUp = (usd: number): number => Math.ceil(usd * 1e6) / 1e6;

/** The smallest budget with which every run, and the judge, can make a call. */
interface LeastBudget {
  usd: number;
  /** The caller whose first call is the most expensive; null if all calls are free. */
  caller: string | null;
  /** The callers whose worst case is not known, and why. */
  unknown: (Pick<FirstCall, "caller" | "run"> & { reason: string })[];
}

/** Returns the smallest possible budget. If outputs are rescored, only the judge makes calls. */
export async function leastBudget(
  store: DatasetStores,
  modelCalls: ModelCalls,
  benchmark: BudgetedBenchmark,
): Promise<LeastBudget> {
  const { spec } = benchmark;
  const runCalls = spec.rescores === undefined ? await firstCalls(store, modelCalls, benchmark) : [];
  const least: LeastBudget = { usd: 0, caller: null, unknown: [] };
  for (const { worst, ...call } of [...judgeCalls(modelCalls, spec), ...runCalls]) {
    if ("unknown" in worst) least.unknown.push({ ...call, reason: worst.unknown });
    else if (roundUp(worst.usd) > least.usd)
      Object.assign(least, { usd: roundUp(worst.usd), caller: call.caller });
  }
  return least;
}

/**
 * Throws BAD_REQUEST, before a call is paid, for a budget that can't be kept: if the most that a call of a run or the
 * judge may cost is not known, or if the money left after `spent_usd` does not suffice for one call of each.
 */
export async function checkBudget(
  store: DatasetStores,
  modelCalls: ModelCalls,
  { spent_usd = 0, ...benchmark }: BudgetedBenchmark & { spent_usd?: number },
): Promise<void> {
  const { budget_usd } = benchmark.spec;
  if (typeof budget_usd !== "number") return;
  const { usd, caller, unknown } = await leastBudget(store, modelCalls, benchmark);
  for (const { caller: unpriced, run, reason } of unknown)
    throw badField(
      "budget_usd",
      `can't be kept for ${unpriced}: ${reason}`,
      run === undefined ? {} : { run },
    );
  const minimum = roundUp(spent_usd + usd);
  if (minimum <= budget_usd) return;
  const spent = spent_usd > 0 ? `$${roundUp(spent_usd)} are spent, and ` : "";
  const next = `the next call of ${caller} may cost up to $${usd} (less with a lower max_tokens)`;
  throw badField("budget_usd", `does not suffice for one call: ${spent}${next}`, { accepted: { minimum } });
}
