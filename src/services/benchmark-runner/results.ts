import {
  type BenchmarkResults,
  type BenchmarkSpec,
  labelOf,
  OUTCOMES,
  type Outcome,
  type RunResult,
} from "../../domain/benchmark.ts";
import { breathe } from "../../domain/breath.ts";
import type { Metric } from "../../metrics/metric.ts";
import type { BenchmarkRow } from "../../store/benchmarks.ts";
import type { DatasetRow } from "../../store/datasets.ts";
import type { ScoredTrial, TrialStore } from "../../store/trials.ts";
import { boundsOf } from "../comparisons/bounds.ts";
import {
  createGroupIndex,
  createRunColumns,
  type GroupIndex,
  type RunColumns,
} from "../comparisons/columns.ts";
import { summarizeGroups, summaryOf } from "../comparisons/groups.ts";
import { eachTrial } from "../comparisons/rows.ts";
import { compareRuns, createScoreTable, type ScoreTable } from "../comparisons/table.ts";
import type { TrialOrder } from "./trial-order.ts";

const ERRORS_COUNTED = 20;

/** Trials with one of these say nothing of the model. */
const UNSCORED: readonly Outcome[] = ["provider_error", "judge_failed", "skipped"];

/** What is counted while a run's rows go by. */
function createTally(metrics: readonly Metric[]) {
  const outcomes = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  const usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
  const unscored = metrics.map(() => 0);
  const errors = new Map<string, number>();

  function add(row: ScoredTrial): void {
    outcomes[row.outcome]++;
    usage.prompt_tokens += row.usage?.prompt_tokens ?? 0;
    usage.completion_tokens += row.usage?.completion_tokens ?? 0;
    usage.total_tokens += row.usage?.total_tokens ?? 0;
    if (UNSCORED.includes(row.outcome)) countUnscored(row);
    if (row.error !== null) countError(row.error);
  }

  function countUnscored({ scores }: ScoredTrial): void {
    for (const [index, { name }] of metrics.entries())
      if (typeof scores[name] !== "number") unscored[index]! += 1;
  }

  function countError(error: string): void {
    if (errors.has(error) || errors.size < ERRORS_COUNTED) errors.set(error, (errors.get(error) ?? 0) + 1);
  }

  return { add, outcomes, usage, unscored, errors: () => Object.fromEntries(errors) };
}
type Tally = ReturnType<typeof createTally>;

interface ReadRun {
  tally: Tally;
  columns: RunColumns;
}

async function readRun(
  trials: TrialStore,
  { benchmark_id, spec }: BenchmarkRow,
  run: number,
  metrics: readonly Metric[],
  order: TrialOrder,
  groups: GroupIndex,
): Promise<ReadRun> {
  const tally = createTally(metrics);
  const names = metrics.map(({ name }) => name);
  const columns = createRunColumns(labelOf(spec.runs[run]!), names, order, groups);
  await eachTrial(trials, benchmark_id, run, (row) => {
    tally.add(row);
    columns.add(row);
  });
  return { tally, columns };
}

async function summariesOf(
  { metrics, clusters }: ScoreTable,
  { values }: RunColumns,
): Promise<RunResult["metrics"]> {
  const summaries: RunResult["metrics"] = {};
  for (const [index, metric] of metrics.entries()) {
    summaries[metric.name] = summaryOf(metric, values[index]!, clusters);
    await breathe();
  }
  return summaries;
}

function boundsByMetric(
  metrics: readonly Metric[],
  summaries: RunResult["metrics"],
  { unscored }: Tally,
): RunResult["bounds"] {
  const bounds = metrics.map((metric, index) => {
    const found = boundsOf(metric, summaries[metric.name]!, unscored[index]!);
    return found ? [[metric.name, found] as const] : [];
  });
  return Object.fromEntries(bounds.flat());
}

async function runResult(
  table: ScoreTable,
  { provider, model }: BenchmarkSpec["runs"][number],
  { tally, columns }: ReadRun,
): Promise<RunResult> {
  const { outcomes, usage, errors } = tally;
  const metrics = await summariesOf(table, columns);
  return {
    run: columns.label,
    provider,
    model,
    trials: OUTCOMES.reduce((sum, outcome) => sum + outcomes[outcome], 0),
    outcomes,
    metrics,
    bounds: boundsByMetric(table.metrics, metrics, tally),
    usage,
    errors: errors(),
  };
}

/** A benchmark's results out of its rows alone: whoever computes them again gets the same. */
export async function aggregate(
  trials: TrialStore,
  benchmark: BenchmarkRow,
  dataset: DatasetRow,
  protocols: string[],
  metrics: readonly Metric[],
  order: TrialOrder,
): Promise<{ results: BenchmarkResults; table: ScoreTable }> {
  const { spec } = benchmark;
  const groups = createGroupIndex(order.total);
  const reads: ReadRun[] = [];
  for (const run of spec.runs.keys())
    reads.push(await readRun(trials, benchmark, run, metrics, order, groups));
  const columns = reads.map((read) => read.columns);
  const table = createScoreTable(spec, metrics, order, columns, groups);
  const runs: RunResult[] = [];
  for (const [run, read] of reads.entries()) runs.push(await runResult(table, spec.runs[run]!, read));
  const { name, content_hash, samples } = dataset;
  const results = {
    protocols,
    dataset: { name, content_hash, samples },
    seed: spec.seed,
    runs,
    comparisons: await compareRuns(table),
    ...(await summarizeGroups(metrics, columns, groups, table.repeats)),
  };
  return { results, table };
}

/** Why a benchmark in which no model ever answered has failed; null if any did. */
export function totalFailure({ runs }: BenchmarkResults): string | null {
  if (runs.some(({ trials, outcomes }) => trials > outcomes.provider_error)) return null;
  const errors = runs
    .flatMap((run) => Object.entries(run.errors))
    .sort(([, left], [, right]) => right - left);
  return `No trial got an answer. Most often: ${errors[0]?.[0] ?? "no trial was made"}`;
}
