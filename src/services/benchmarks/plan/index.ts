import { AppError } from "../../../base/errors.ts";
import type { BenchmarkSpec } from "../../../domain/benchmarks/benchmark.ts";
import type { Plan, PlannedRun, Range } from "../../../domain/benchmarks/plan.ts";
import { labelOf } from "../../../domain/benchmarks/run.ts";
import type { DatasetRow } from "../../../store/datasets.ts";
import type { Store } from "../../../store/index.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import type { ModelCalls } from "../../model-calls/index.ts";
import { orderOf } from "../order/benchmark-order.ts";
import { hiddenContexts } from "../order/hidden-context.ts";
import { leastBudget } from "./budget-check.ts";
import { type Design, detectableBy, detectionOf, recommendFor } from "./detect.ts";
import {
  ASSUMED_DISCORDANCE,
  type Discordance,
  discordanceOfOthers,
  discordanceOfRuns,
} from "./discordance.ts";
import { durationsOf, longestOf, measureSlowdown } from "./durations.ts";
import { findOtherRuns } from "./evidence.ts";
import { priceAgeWarnings } from "./price-age.ts";
import { sumOf } from "./ranges.ts";
import { type RunSketch, sketchRun } from "./run-sketch.ts";

/** The benchmark as it would be stored, and the difference that it should detect. */
export interface PlanOutline {
  spec: BenchmarkSpec;
  dataset: DatasetRow;
  /** The dataset as the request names it. */
  name: string;
  /** Number of samples of the dataset or, if the request names a group, of the group. */
  available: number;
  metrics: readonly ReadyMetric[];
  detect: number | undefined;
}

const JUDGE_LEFT_OUT =
  "The plan leaves out the judge: its tokens, cost and time depend on the answers, which are not known yet.";

/** Creates the function that plans a benchmark without a model call, from prices, a tokenizer and past trials. */
export function createPlanner(store: Store, modelCalls: ModelCalls) {
  async function sketchRuns({ spec, dataset }: PlanOutline) {
    const order = await orderOf(store, { spec }, dataset);
    const slowdown = measureSlowdown();
    const sketches: RunSketch[] = [];
    for (const run of spec.runs)
      sketches.push(await sketchRun({ store, modelCalls }, { spec, dataset, order, run }));
    return { sketches, slowdown: slowdown() };
  }

  /** Returns what would refuse the benchmark now, and what the plan leaves out. */
  function warningsOf({ runs, judge }: BenchmarkSpec): string[] {
    const warnings = [...runs, ...(judge ? [judge] : [])].flatMap(({ provider, model }) => {
      try {
        modelCalls.requireConfigured(modelCalls.require(provider, model));
        return [];
      } catch (error) {
        if (error instanceof AppError) return [error.message];
        throw error;
      }
    });
    return [...new Set(judge ? [...warnings, JUDGE_LEFT_OUT] : warnings)];
  }

  async function contextWarnings({ spec, dataset }: PlanOutline): Promise<string[]> {
    const hidden = await hiddenContexts(store.sampleFields, { spec, dataset });
    return spec.runs.flatMap((run, index) =>
      hidden[index]
        ? [
            `${hidden[index]} samples have a context that the prompt of '${labelOf(run)}' does not show: choose the protocol 'auto', or a prompt_template with {{context}}.`,
          ]
        : [],
    );
  }

  /** Returns the smallest possible budget; parts that cannot be known are listed in `reasons`. */
  async function leastBudgetOf({ spec, dataset }: PlanOutline) {
    const { usd, unknown } = await leastBudget(store, modelCalls, { spec, dataset_id: dataset.dataset_id });
    const reason = unknown[0]?.reason;
    return {
      least_budget_usd: reason === undefined ? usd : null,
      reasons: reason ? { least_budget_usd: reason } : {},
    };
  }

  /** Returns the discordance of the runs' models, else that of others over the dataset, else an assumed one. */
  async function discordanceOf(
    { dataset }: PlanOutline,
    design: Design,
    sketches: readonly RunSketch[],
  ): Promise<Discordance | undefined> {
    const { metric, reason } = detectionOf(design);
    if (metric === null || reason !== null) return undefined;
    const ofRuns = discordanceOfRuns(
      sketches.map(({ past }) => past),
      metric,
    );
    if (ofRuns) return ofRuns;
    const others = await findOtherRuns(store.pastTrials, dataset.dataset_id);
    return discordanceOfOthers(others, metric) ?? ASSUMED_DISCORDANCE;
  }

  return async function plan(outline: PlanOutline): Promise<Plan> {
    const { spec, detect } = outline;
    const { sketches, slowdown } = await sketchRuns(outline);
    const works = sketches.map(({ work }) => work);
    const durations = durationsOf(works, { limitOf: modelCalls.limitsOf, slowdown });
    const runs = sketches.map((sketch, index) => withDuration(sketch, durations[index] ?? null));
    const design = designOf(outline);
    const detectable = detectableBy(design, await discordanceOf(outline, design, sketches));
    const totals = totalsOf(runs);
    const { least_budget_usd, reasons } = await leastBudgetOf(outline);
    return {
      dataset: outline.name,
      trials: spec.iterations * runs.length,
      runs,
      totals: { ...totals, reasons: { ...totals.reasons, ...reasons } },
      least_budget_usd,
      detectable,
      recommendation: detect === undefined ? null : recommendFor(detect, design, detectable),
      warnings: [
        ...warningsOf(spec),
        ...priceAgeWarnings(modelCalls.prices, spec),
        ...(await contextWarnings(outline)),
      ],
    };
  };
}

const designOf = ({ spec, available, metrics }: PlanOutline): Design => ({
  runs: spec.runs.length,
  samples: Math.min(spec.iterations, available),
  available,
  metrics,
  cluster_by: spec.cluster_by,
  reduce: spec.reduce,
});

function withDuration({ planned, work }: RunSketch, duration_ms: Range | null): PlannedRun {
  if (duration_ms) return { ...planned, duration_ms };
  const reason = work.latency_ms
    ? `the durations of the other runs of '${work.provider}' are not known`
    : "no past trial of this model over this dataset shows how long a call takes";
  return { ...planned, duration_ms, reasons: { ...planned.reasons, duration_ms: reason } };
}

const QUANTITIES = ["prompt_tokens", "completion_tokens", "cost_usd", "duration_ms"] as const;

function totalsOf(runs: readonly PlannedRun[]): Plan["totals"] {
  const totalOf = (quantity: "prompt_tokens" | "completion_tokens" | "cost_usd") =>
    sumOfKnown(runs.map((run) => run[quantity]));
  const reasons = QUANTITIES.flatMap((quantity) => {
    const lacking = runs.find((run) => run[quantity] === null) ?? runs.find((run) => run.reasons[quantity]);
    return lacking ? [[quantity, `${lacking.run}: ${lacking.reasons[quantity]}`]] : [];
  });
  return {
    prompt_tokens: totalOf("prompt_tokens"),
    completion_tokens: totalOf("completion_tokens"),
    cost_usd: totalOf("cost_usd"),
    duration_ms: longestOf(runs.map(({ duration_ms }) => duration_ms)),
    reasons: Object.fromEntries(reasons),
  };
}

/** Returns the sum of the ranges; null if any is null. */
function sumOfKnown(ranges: (Range | null)[]): Range | null {
  const known = ranges.filter((range) => range !== null);
  return known.length === ranges.length ? sumOf(known) : null;
}
