import {
  type BenchmarkResults,
  type BenchmarkSpec,
  labelOf,
  OUTCOMES,
  type Outcome,
  type RunResult,
} from "../../domain/benchmark.ts";
import type { MetricSummary } from "../../domain/metric.ts";
import type { Metric } from "../../metrics/metric.ts";
import type { BenchmarkRow } from "../../store/benchmarks.ts";
import type { DatasetRow } from "../../store/datasets.ts";
import type { ScoredTrial, TrialStore } from "../../store/trials.ts";

const ERRORS_COUNTED = 20;

/** What is summed up while a run's rows go by. */
function createTally(metrics: readonly Metric[]) {
  const outcomes = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  const usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
  const values = metrics.map((): number[] => []);
  const positions = metrics.map((): number[] => []);
  const errors = new Map<string, number>();
  let repeats = false;

  function add(row: ScoredTrial): void {
    outcomes[row.outcome]++;
    usage.prompt_tokens += row.usage?.prompt_tokens ?? 0;
    usage.completion_tokens += row.usage?.completion_tokens ?? 0;
    usage.total_tokens += row.usage?.total_tokens ?? 0;
    for (const [index, metric] of metrics.entries()) {
      const value = row.scores[metric.name];
      if (typeof value !== "number") continue;
      values[index]?.push(value);
      positions[index]?.push(row.position);
    }
    repeats ||= row.repeat > 0;
    if (row.error !== null) countError(row.error);
  }

  function countError(error: string): void {
    if (errors.has(error) || errors.size < ERRORS_COUNTED) errors.set(error, (errors.get(error) ?? 0) + 1);
  }

  function summaryOf(metric: Metric, index: number): MetricSummary {
    const scored = Float64Array.from(values[index] ?? []);
    return repeats
      ? metric.summarize(scored, Uint32Array.from(positions[index] ?? []))
      : metric.summarize(scored);
  }

  const summaries = () =>
    Object.fromEntries(metrics.map((metric, index) => [metric.name, summaryOf(metric, index)]));

  return { add, outcomes, usage, errors: () => Object.fromEntries(errors), summaries };
}

async function runResult(
  trials: TrialStore,
  { benchmark_id, spec }: BenchmarkRow,
  run: number,
  metrics: readonly Metric[],
): Promise<RunResult> {
  const tally = createTally(metrics);
  for await (const rows of trials.chunks(benchmark_id, run)) {
    for (const row of rows) tally.add(row);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  const { outcomes, usage } = tally;
  const count = OUTCOMES.reduce((sum, outcome) => sum + outcomes[outcome], 0);
  const asked = spec.runs[run] as BenchmarkSpec["runs"][number];
  const { provider, model } = asked;
  return {
    run: labelOf(asked),
    provider,
    model,
    trials: count,
    outcomes,
    metrics: tally.summaries(),
    usage,
    errors: tally.errors(),
  };
}

/** A benchmark's results out of its rows alone: whoever computes them again gets the same. */
export async function aggregate(
  trials: TrialStore,
  benchmark: BenchmarkRow,
  dataset: DatasetRow,
  protocols: string[],
  metrics: readonly Metric[],
): Promise<BenchmarkResults> {
  const runs: RunResult[] = [];
  for (const run of benchmark.spec.runs.keys()) runs.push(await runResult(trials, benchmark, run, metrics));
  const { name, content_hash, samples } = dataset;
  const results = { protocols, dataset: { name, content_hash, samples }, seed: benchmark.spec.seed, runs };
  return { ...results, ...pluginsIn(benchmark) };
}

function pluginsIn({ spec, stopped_plugins }: BenchmarkRow): Pick<BenchmarkResults, "plugins"> {
  if (!spec.plugins) return {};
  return {
    plugins: spec.plugins.map(({ ref, name, version, content_hash }) => ({
      ...{ ref, name, version, content_hash },
      stopped: stopped_plugins?.[ref] ?? null,
    })),
  };
}

/** Why a benchmark in which no model ever gave an answer to be scored has failed; null if any did. */
export function totalFailure({ runs }: BenchmarkResults): string | null {
  if (runs.some(({ trials, outcomes }) => trials > outcomes.provider_error + outcomes.skipped)) return null;
  const errors = runs
    .flatMap((run) => Object.entries(run.errors))
    .sort(([, left], [, right]) => right - left);
  return `No trial got an answer. Most often: ${errors[0]?.[0] ?? "no trial was made"}`;
}
