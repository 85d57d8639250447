import type { BenchmarkSpec } from "../../../domain/benchmarks/benchmark.ts";
import type { BenchmarkResults, RunResult } from "../../../domain/benchmarks/benchmark-results.ts";
import { labelOf } from "../../../domain/benchmarks/run.ts";
import { OUTCOMES } from "../../../domain/benchmarks/trial.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { DatasetRow } from "../../../store/datasets.ts";
import type { TrialStore } from "../../../store/trials.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import { compareRuns, createScoreTable, type ScoreTable } from "../compare/score-table.ts";
import { paramsOf } from "../order/run-params.ts";
import type { TrialOrder } from "../order/trial-order.ts";
import { boundsOf } from "../scores/bounds.ts";
import { createGroupIndex, createRunColumns, type GroupIndex, type RunColumns } from "../scores/columns.ts";
import { summariesOf, summarizeGroups } from "../scores/groups.ts";
import { eachTrial } from "../scores/run-scores.ts";
import { createTally, type Tally } from "./tally.ts";

interface ReadRun {
  tally: Tally;
  columns: RunColumns;
}

async function readRun(
  trials: TrialStore,
  { benchmark_id, spec }: BenchmarkRow,
  run: number,
  metrics: readonly ReadyMetric[],
  order: TrialOrder,
  groups: GroupIndex,
): Promise<ReadRun> {
  const tally = createTally(metrics);
  const keys = metrics.map(({ key }) => key);
  const columns = createRunColumns(labelOf(spec.runs[run]!), keys, order, groups);
  await eachTrial(trials, benchmark_id, run, (row) => {
    tally.add(row);
    columns.add(row);
  });
  return { tally, columns };
}

function boundsByMetric(
  metrics: readonly ReadyMetric[],
  summaries: RunResult["metrics"],
  { unscored }: Tally,
  skipped: number,
): RunResult["bounds"] {
  const bounds = metrics.map((metric, index) => {
    const found = boundsOf(metric, summaries[metric.key]!, unscored[index]! + skipped);
    return found ? [[metric.key, found] as const] : [];
  });
  return Object.fromEntries(bounds.flat());
}

async function runResult(
  { metrics, clusters }: ScoreTable,
  spec: BenchmarkSpec,
  run: number,
  { tally, columns }: ReadRun,
  stopped: string | null,
): Promise<RunResult> {
  const asked = spec.runs[run]!;
  const { provider, model } = asked;
  const { outcomes, usage } = tally;
  const summaries = await summariesOf(metrics, columns, clusters);
  const count = OUTCOMES.reduce((sum, outcome) => sum + outcomes[outcome], 0);
  const skipped = stopped === null ? 0 : spec.iterations - count;
  return {
    run: columns.label,
    provider,
    model,
    trials: count + skipped,
    outcomes: { ...outcomes, skipped: outcomes.skipped + skipped },
    metrics: tally.withNotes(summaries),
    bounds: boundsByMetric(metrics, summaries, tally, skipped),
    usage,
    models: tally.models(),
    cut_off: tally.cut_off(),
    prompts_hash: tally.prompts_hash(),
    judge: tally.judge(),
    embedding: tally.embedding(),
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
  order: TrialOrder,
  stopped: readonly (string | null)[] = [],
): Promise<{ results: BenchmarkResults; table: ScoreTable }> {
  const { spec } = benchmark;
  const groups = createGroupIndex(order.total);
  const reads: ReadRun[] = [];
  for (const run of spec.runs.keys())
    reads.push(await readRun(trials, benchmark, run, metrics, order, groups));
  const columns = reads.map((read) => read.columns);
  const table = createScoreTable(spec, metrics, order, columns, groups);
  const runs: RunResult[] = [];
  for (const [run, read] of reads.entries())
    runs.push(await runResult(table, spec, run, read, stopped[run] ?? null));
  const { name, content_hash, samples } = dataset;
  const results = {
    protocols,
    dataset: { name, content_hash, samples },
    seed: spec.seed,
    runs,
    ...pluginsIn(benchmark),
    comparisons: await compareRuns(table),
    ...(await summarizeGroups(metrics, columns, groups, table.repeats)),
  };
  return { results, table };
}

function pluginsIn({ spec, stopped_plugins }: BenchmarkRow): Pick<BenchmarkResults, "plugins"> {
  if (!spec.plugins) return {};
  return {
    plugins: spec.plugins.map(({ ref, name, version, content_hash }) => ({
      ref,
      name,
      version,
      content_hash,
      stopped: stopped_plugins?.[ref] ?? null,
    })),
  };
}

/** Trials of a run whose model was asked: all but those that were skipped. */
const askedIn = ({ trials, outcomes }: RunResult): number => trials - outcomes.skipped;

/** Why a benchmark in which no model ever answered has failed; null if any did. */
export function totalFailure({ runs }: BenchmarkResults): string | null {
  if (runs.some((run) => askedIn(run) > run.outcomes.provider_error)) return null;
  const errors = runs
    .flatMap((run) => Object.entries(run.errors))
    .sort(([, left], [, right]) => right - left);
  return `No trial got an answer. Most often: ${errors[0]?.[0] ?? "no trial was made"}`;
}
