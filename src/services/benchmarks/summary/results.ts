import type { BenchmarkResults, RunResult } from "../../../domain/benchmarks/benchmark-results.ts";
import type { BenchmarkRow } from "../../../store/benchmarks.ts";
import type { DatasetRow } from "../../../store/datasets.ts";
import type { TrialStore } from "../../../store/trials.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import { compareRuns, createScoreTable, type ScoreTable } from "../compare/score-table.ts";
import type { TrialOrder } from "../order/trial-order.ts";
import { createGroupIndex, type GroupIndex } from "../scores/columns.ts";
import { placesByGroup } from "../scores/group-places.ts";
import { summarizeGroups } from "../scores/groups.ts";
import { reducedMetrics } from "../scores/reduction.ts";
import { type ReadRun, readRun, runResult } from "./run-result.ts";

interface AggregationInput {
  benchmark: BenchmarkRow;
  dataset: DatasetRow;
  /** Names of the protocols that the samples were asked by. */
  protocols: string[];
  metrics: readonly ReadyMetric[];
  order: TrialOrder;
  /** By run, why it was stopped before its last trial; null if it was not. */
  stopped?: readonly (string | null)[];
}

/** Computes a benchmark's results from its rows and the reasons in `stopped`. The same input gives the same results. */
export async function aggregate(
  trials: TrialStore,
  input: AggregationInput,
): Promise<{ results: BenchmarkResults; table: ScoreTable }> {
  const { benchmark, dataset, protocols, order, stopped = [] } = input;
  const { spec } = benchmark;
  const metrics = reducedMetrics(input.metrics, spec.reduce);
  const groups = createGroupIndex(order.total);
  const reads = await readRuns(trials, input, groups);
  const columns = reads.map((read) => read.columns);
  const table = createScoreTable({ spec, metrics, places: order, runs: columns, groups });
  const grouped = placesByGroup(groups);
  const runs: RunResult[] = [];
  for (const [run, read] of reads.entries())
    runs.push(await runResult({ table, spec, run, read, groups: grouped, stopped: stopped[run] ?? null }));
  const { name, content_hash, samples } = dataset;
  const results = {
    protocols,
    dataset: { name, content_hash, samples },
    seed: spec.seed,
    runs,
    ...pluginsIn(benchmark),
    comparisons: await compareRuns(table),
    ...(await summarizeGroups({ metrics, runs: columns, groups: grouped, repeats: table.repeats })),
  };
  return { results, table };
}

/** Reads the rows of all runs. `groups` learns the groups of their trials. */
async function readRuns(
  trials: TrialStore,
  { benchmark, metrics, order }: AggregationInput,
  groups: GroupIndex,
): Promise<ReadRun[]> {
  const reads: ReadRun[] = [];
  const { reduce } = benchmark.spec;
  for (const run of benchmark.spec.runs.keys())
    reads.push(await readRun(trials, { benchmark, run, metrics, places: order, groups, reduce }));
  return reads;
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

/** Returns the number of a run's trials that called the model: all but the skipped ones. */
const calledTrials = ({ trials, outcomes }: RunResult): number => trials - outcomes.skipped;

/** Returns the error of a benchmark in which no trial got an answer, with the most frequent cause; null for others. */
export function totalFailure({ runs }: BenchmarkResults): string | null {
  if (runs.some((run) => calledTrials(run) > run.outcomes.provider_error)) return null;
  const errors = runs
    .flatMap((run) => Object.entries(run.errors))
    .sort(([, left], [, right]) => right - left);
  return `No trial got an answer. The most frequent error: ${errors[0]?.[0] ?? "no trial was made"}`;
}
