import { AppError } from "../../../base/errors.ts";
import type { BenchmarkSpec } from "../../../domain/benchmarks/benchmark.ts";
import type { Plan, PlannedRun, Range } from "../../../domain/benchmarks/plan.ts";
import { labelOf, type RunRequest } from "../../../domain/benchmarks/run.ts";
import type { DatasetRow } from "../../../store/datasets.ts";
import type { Store } from "../../../store/index.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import { askingFor } from "../../datasets/protocols.ts";
import type { ModelCalls } from "../../model-calls/index.ts";
import { orderOf } from "../order/benchmark-order.ts";
import type { TrialOrder } from "../order/trial-order.ts";
import { leastBudget } from "./budget-check.ts";
import { costOf } from "./costs.ts";
import { detectableBy, recommendFor } from "./detect.ts";
import { durationsOf, longestOf, measureSlowdown, type Work } from "./durations.ts";
import { type Evidence, findPastRuns, forecastEvidence, type PastRun, pastEvidence } from "./evidence.ts";
import { scaled, sumOf, totalOf } from "./ranges.ts";
import { chosenTrials, requestsOf } from "./requests.ts";
import { completionTokens, promptTokens, type Worked } from "./tokens.ts";

/** What a plan is made of: the benchmark as it would be stored, and the difference to be found. */
export interface Outline {
  spec: BenchmarkSpec;
  dataset: DatasetRow;
  /** The dataset as the request names it, and its samples, or its group's. */
  name: string;
  available: number;
  metrics: readonly ReadyMetric[];
  detect: number | undefined;
}

/** Trials that are looked at one by one. */
const LOOKED_AT = { counted: 200, forecast: 2_000 };

const JUDGE_LEFT_OUT = "What the judge takes is not in the plan: it depends on the answers.";

/** A run as far as it can be told before the durations, which depend on all runs together. */
interface Sketch {
  planned: Omit<PlannedRun, "duration_ms">;
  work: Work;
  past: readonly PastRun[];
}

/** What is null, or null in part, says why. */
const reasonsOf = (worked: Record<string, Worked>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(worked).flatMap(([name, { reason }]) => (reason === undefined ? [] : [[name, reason]])),
  );
const basisOf = (worked: Record<string, Worked>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(worked).flatMap(([name, { basis }]) => (basis === undefined ? [] : [[name, basis]])),
  );

/** Milliseconds of a trial's call, on the average. */
function latencyOf(evidence: Evidence | undefined, trials: number): Range | null {
  const all = evidence && totalOf(evidence.latencies, trials, evidence.are);
  return all ? scaled(all, { low: 1 / trials, expected: 1 / trials, high: 1 / trials }) : null;
}

function summed(ranges: (Range | null)[]): Range | null {
  const known = ranges.filter((range) => range !== null);
  return known.length === ranges.length ? sumOf(known) : null;
}

/** Works out what a benchmark takes without calling a model: from prices, a tokenizer, past trials, and what embedded models tell. */
export function createPlanner(store: Store, modelCalls: ModelCalls) {
  async function sketch({ spec, dataset }: Outline, order: TrialOrder, run: RunRequest): Promise<Sketch> {
    const { provider: name, model } = run;
    const provider = modelCalls.require(name, model);
    const { dataset_id } = dataset;
    const trials = order.total;
    const looked = provider.forecast !== undefined ? LOOKED_AT.forecast : LOOKED_AT.counted;
    const chosen = chosenTrials(trials, looked, spec.seed);
    const asking = await askingFor(store.datasets, dataset, spec.protocol);
    const asked = { spec, dataset_id, asking };
    const requests = await requestsOf(store.datasets, modelCalls, asked, run, order, chosen);
    const past = await findPastRuns(store.pastTrials, dataset_id, spec, run);
    const { forecast } = provider;
    const evidence = forecast ? forecastEvidence(requests, forecast) : pastEvidence(past);
    const prompt = await promptTokens(name, requests, trials, evidence);
    const completion = completionTokens(
      requests[0] ?? {},
      modelCalls.prices.find(name, model),
      trials,
      evidence,
    );
    const cost = costOf(
      modelCalls.prices,
      { provider: name, model, trials },
      { prompt, completion },
      evidence,
    );
    const worked = { prompt_tokens: prompt, completion_tokens: completion, cost_usd: cost };
    const planned = {
      run: labelOf(run),
      provider: name,
      model,
      trials,
      prompt_tokens: prompt.range,
      completion_tokens: completion.range,
      cost_usd: cost.range,
      basis: basisOf(worked),
      reasons: reasonsOf(worked),
    };
    const latency_ms = latencyOf(evidence, trials);
    const embedded = provider.listing.kind === "embedded";
    return { planned, past, work: { provider: name, embedded, trials, latency_ms } };
  }

  function withDuration({ planned, work }: Sketch, duration_ms: Range | null): PlannedRun {
    if (duration_ms) return { ...planned, duration_ms };
    const own = "no trial of this model over this dataset tells how long a call takes";
    const others = `how long the other runs of '${work.provider}' take is not known`;
    const duration = work.latency_ms ? others : own;
    return { ...planned, duration_ms, reasons: { ...planned.reasons, duration_ms: duration } };
  }

  function totalsOf(runs: readonly PlannedRun[]): Plan["totals"] {
    const of = (name: "prompt_tokens" | "completion_tokens" | "cost_usd") =>
      summed(runs.map((run) => run[name]));
    const names = ["prompt_tokens", "completion_tokens", "cost_usd", "duration_ms"] as const;
    const reasons = names.flatMap((name) => {
      const lacking = runs.find((run) => run[name] === null) ?? runs.find(({ reasons }) => reasons[name]);
      return lacking ? [[name, `${lacking.run}: ${lacking.reasons[name]}`]] : [];
    });
    return {
      prompt_tokens: of("prompt_tokens"),
      completion_tokens: of("completion_tokens"),
      cost_usd: of("cost_usd"),
      duration_ms: longestOf(runs.map(({ duration_ms }) => duration_ms)),
      reasons: Object.fromEntries(reasons),
    };
  }

  /** What would keep the benchmark from being started now, and what the plan leaves out. */
  function warningsOf({ runs, judge }: BenchmarkSpec): string[] {
    const said = [...runs, ...(judge ? [judge] : [])].flatMap(({ provider, model }) => {
      try {
        modelCalls.requireConfigured(modelCalls.require(provider, model));
        return [];
      } catch (error) {
        if (error instanceof AppError) return [error.message];
        throw error;
      }
    });
    return [...new Set(judge ? [...said, JUDGE_LEFT_OUT] : said)];
  }

  /** The least budget there can be; what is not known of it is among the reasons. */
  async function leastOf({ spec, dataset }: Outline) {
    const { usd, unknown } = await leastBudget(store, modelCalls, { spec, dataset_id: dataset.dataset_id });
    const reason = unknown[0]?.reason;
    return {
      least_budget_usd: reason === undefined ? usd : null,
      reasons: reason ? { least_budget_usd: reason } : {},
    };
  }

  return async function plan(outline: Outline): Promise<Plan> {
    const { spec, dataset, name, available, metrics, detect } = outline;
    const order = await orderOf(store, { spec }, dataset);
    const slowdown = measureSlowdown();
    const sketches: Sketch[] = [];
    for (const run of spec.runs) sketches.push(await sketch(outline, order, run));
    const durations = durationsOf(
      sketches.map(({ work }) => work),
      { limitOf: modelCalls.limitsOf, slowdown: slowdown() },
    );
    const runs = sketches.map((drawn, index) => withDuration(drawn, durations[index] ?? null));
    const samples = Math.min(spec.iterations, available);
    const past = sketches.map((drawn) => drawn.past);
    const { cluster_by } = spec;
    const design = { runs: runs.length, samples, available, metrics, cluster_by, past };
    const detectable = detectableBy(design);
    const totals = totalsOf(runs);
    const { least_budget_usd, reasons } = await leastOf(outline);
    return {
      dataset: name,
      trials: order.total * runs.length,
      runs,
      totals: { ...totals, reasons: { ...totals.reasons, ...reasons } },
      least_budget_usd,
      detectable,
      recommendation: detect === undefined ? null : recommendFor(detect, design, detectable),
      warnings: warningsOf(spec),
    };
  };
}
