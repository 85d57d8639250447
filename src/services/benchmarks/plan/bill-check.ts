import { badField } from "../../../base/errors.ts";
import { formatDollars } from "../../../base/format.ts";
import type { BenchmarkSpec, CreateBenchmark } from "../../../domain/benchmarks/benchmark.ts";
import { UNCONFIRMED_CALLS_MAX } from "../../../domain/benchmarks/benchmark.ts";
import type { Plan, Range } from "../../../domain/benchmarks/plan.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import type { ModelCalls } from "../../model-calls/index.ts";
import { usesJudge } from "../../scoring/scoring.ts";

/** What decides how many calls a benchmark makes. */
export interface BilledBenchmark {
  spec: Pick<BenchmarkSpec, "runs" | "iterations" | "judge">;
  metrics: readonly ReadyMetric[];
}

interface Model {
  provider: string;
  model: string;
}

/** Returns whether calls of a model may cost money: not if it is part of this server, or its price is known to be 0. */
function isPaid(modelCalls: ModelCalls, { provider, model }: Model): boolean {
  if (modelCalls.require(provider, model).listing.kind === "embedded") return false;
  const known = modelCalls.prices.find(provider, model);
  return !known || known.price.input > 0 || known.price.output > 0;
}

/** How many paid calls a benchmark makes at least. */
export interface PaidCalls {
  /** Calls of the runs' models: one per trial. */
  models: number;
  /** Calls of judges and embedding models: one per trial and metric that asks one. */
  metrics: number;
}

export function paidCallsOf(modelCalls: ModelCalls, { spec, metrics }: BilledBenchmark): PaidCalls {
  const { runs, iterations, judge } = spec;
  const asked = metrics.flatMap((metric): Model[] => [
    ...(judge && usesJudge(metric) ? [judge] : []),
    ...(metric.embedding ? [metric.embedding] : []),
  ]);
  const countPaid = (models: readonly Model[]) => models.filter((model) => isPaid(modelCalls, model)).length;
  return { models: iterations * countPaid(runs), metrics: iterations * runs.length * countPaid(asked) };
}

/** Returns whether a request limits its bill, or confirms it. */
const isLimited = ({ iterations, budget_usd, confirm }: CreateBenchmark): boolean =>
  iterations !== undefined || budget_usd !== undefined || confirm === true;

/** Returns the paid calls that a request neither limits nor confirms; null if they are few enough. */
export function unconfirmedCalls(
  modelCalls: ModelCalls,
  request: CreateBenchmark,
  benchmark: BilledBenchmark,
): PaidCalls | null {
  if (isLimited(request)) return null;
  const calls = paidCallsOf(modelCalls, benchmark);
  return calls.models + calls.metrics > UNCONFIRMED_CALLS_MAX ? calls : null;
}

function formatCost(cost: Range | null, reason: string | undefined): string {
  if (!cost) return `unknown${reason === undefined ? "" : ` (${reason})`}`;
  const { low, expected, high } = cost;
  const [from, to] = [formatDollars(low), high === null ? null : formatDollars(high)];
  if (expected === null) return to === null ? `at least ${from}` : `${from} to ${to}`;
  return `about ${formatDollars(expected)} (${to === null ? `at least ${from}` : `${from} to ${to}`})`;
}

const CHOICES =
  "Set 'iterations' (trials per run) or 'budget_usd' (a hard limit), or confirm the bill with \"confirm\": true";

/** Returns what a plan says about a benchmark that `create` would refuse because of its bill. */
export function billFault({ runs, totals }: Plan, { models, metrics }: PaidCalls): string {
  const calls = `${runs[0]?.trials} trials in each of ${runs.length} runs make at least ${models + metrics} paid calls`;
  const cost = `The calls of the models cost: ${formatCost(totals.cost_usd, totals.reasons.cost_usd)}`;
  const unplanned = `The cost of the ${metrics} calls of judges and embedding models is not known`;
  return [calls, ...(models > 0 ? [cost] : []), ...(metrics > 0 ? [unplanned] : []), CHOICES].join(". ");
}

/** Returns the error for a benchmark whose paid calls are neither limited nor confirmed. */
export const billError = (plan: Plan, calls: PaidCalls) =>
  badField("iterations", billFault(plan, calls), {
    paid_calls: calls.models + calls.metrics,
    accepted: { maximum: UNCONFIRMED_CALLS_MAX },
    cost_usd: plan.totals.cost_usd,
    set_one_of: ["iterations", "budget_usd"],
    override: { confirm: true },
  });
