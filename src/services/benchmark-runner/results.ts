import {
  type BenchmarkResults,
  type BenchmarkSpec,
  labelOf,
  OUTCOMES,
  type Outcome,
  type RunResult,
} from "../../domain/benchmark.ts";
import type { MetricSummary } from "../../domain/metric.ts";
import type { BenchmarkRow } from "../../store/benchmarks.ts";
import type { DatasetRow } from "../../store/datasets.ts";
import type { ScoredTrial, TrialStore } from "../../store/trials.ts";
import type { ReadyMetric } from "../metric-catalogue.ts";
import { paramsOf } from "./trial-context.ts";

const COUNTED = 20;

/** How often each text came; of many different ones, those that came first. */
function createCounts() {
  const counts = new Map<string, number>();
  return {
    add(text: string | null | undefined): void {
      if (typeof text !== "string") return;
      if (counts.has(text) || counts.size < COUNTED) counts.set(text, (counts.get(text) ?? 0) + 1);
    },
    all: () => Object.fromEntries(counts),
  };
}

/** What is summed up while a run's rows go by. */
function createTally(metrics: readonly ReadyMetric[]) {
  const outcomes = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  const usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
  const values = metrics.map((): number[] => []);
  const positions = metrics.map((): number[] => []);
  const parts = metrics.map((): (readonly number[])[] => []);
  const notes = metrics.map(createCounts);
  const errors = createCounts();
  let repeats = false;

  function add(row: ScoredTrial): void {
    outcomes[row.outcome]++;
    usage.prompt_tokens += row.usage?.prompt_tokens ?? 0;
    usage.completion_tokens += row.usage?.completion_tokens ?? 0;
    usage.total_tokens += row.usage?.total_tokens ?? 0;
    for (const [index, metric] of metrics.entries()) {
      notes[index]?.add(row.notes?.[metric.key]);
      const value = row.scores[metric.key];
      if (typeof value !== "number") continue;
      values[index]?.push(value);
      positions[index]?.push(row.position);
      const part = row.parts?.[metric.key];
      if (part) parts[index]?.push(part);
    }
    repeats ||= row.repeat > 0;
    errors.add(row.error);
  }

  async function summaryOf(metric: ReadyMetric, index: number): Promise<MetricSummary> {
    const clusters = repeats ? Uint32Array.from(positions[index] ?? []) : undefined;
    const summary = metric.summarizeParts
      ? await metric.summarizeParts(parts[index] ?? [], clusters)
      : metric.summarize(Float64Array.from(values[index] ?? []), clusters);
    const noted = notes[index]?.all() ?? {};
    return Object.keys(noted).length > 0 ? { ...summary, notes: noted } : summary;
  }

  async function summaries(): Promise<Record<string, MetricSummary>> {
    const all: Record<string, MetricSummary> = {};
    for (const [index, metric] of metrics.entries()) all[metric.key] = await summaryOf(metric, index);
    return all;
  }

  return { add, outcomes, usage, errors: errors.all, summaries };
}

async function runResult(
  trials: TrialStore,
  { benchmark_id, spec }: BenchmarkRow,
  run: number,
  metrics: readonly ReadyMetric[],
  stopped: string | null,
): Promise<RunResult> {
  const tally = createTally(metrics);
  for await (const rows of trials.chunks(benchmark_id, run)) {
    for (const row of rows) tally.add(row);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  const { outcomes, usage } = tally;
  const count = OUTCOMES.reduce((sum, outcome) => sum + outcomes[outcome], 0);
  const skipped = stopped === null ? 0 : spec.iterations - count;
  const asked = spec.runs[run] as BenchmarkSpec["runs"][number];
  const { provider, model } = asked;
  return {
    run: labelOf(asked),
    provider,
    model,
    trials: count + skipped,
    outcomes: { ...outcomes, skipped: outcomes.skipped + skipped },
    metrics: await tally.summaries(),
    usage,
    errors: tally.errors(),
    params: paramsOf(spec, asked),
    stopped,
  };
}

/** A benchmark's results out of its rows, and why runs were `stopped`: whoever computes them again gets the same. */
export async function aggregate(
  trials: TrialStore,
  benchmark: BenchmarkRow,
  dataset: DatasetRow,
  protocols: string[],
  metrics: readonly ReadyMetric[],
  stopped: readonly (string | null)[] = [],
): Promise<BenchmarkResults> {
  const runs: RunResult[] = [];
  for (const run of benchmark.spec.runs.keys())
    runs.push(await runResult(trials, benchmark, run, metrics, stopped[run] ?? null));
  const { name, content_hash, samples } = dataset;
  return { protocols, dataset: { name, content_hash, samples }, seed: benchmark.spec.seed, runs };
}

/** Trials of a run that have a row: all but those that were skipped. */
export const askedIn = ({ trials, outcomes }: RunResult): number => trials - outcomes.skipped;

/** Why a benchmark in which no model ever answered has failed; null if any did. */
export function totalFailure({ runs }: BenchmarkResults): string | null {
  if (runs.some((run) => askedIn(run) > run.outcomes.provider_error)) return null;
  const errors = runs
    .flatMap((run) => Object.entries(run.errors))
    .sort(([, left], [, right]) => right - left);
  return `No trial got an answer. Most often: ${errors[0]?.[0] ?? "no trial was made"}`;
}
