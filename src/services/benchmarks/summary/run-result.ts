import type { BenchmarkSpec } from "../../../domain/benchmarks/benchmark.ts";
import type { RunResult } from "../../../domain/benchmarks/benchmark-results.ts";
import { OUTCOMES } from "../../../domain/benchmarks/trial.ts";
import type { MacroMean } from "../../../domain/metric.ts";
import type { TrialStore } from "../../../store/trials.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import type { ScoreTable } from "../compare/score-table.ts";
import { paramsOf } from "../order/run-params.ts";
import { boundsOf } from "../scores/bounds.ts";
import type { RunColumns } from "../scores/columns.ts";
import type { GroupPlaces } from "../scores/group-places.ts";
import { summariesOf } from "../scores/groups.ts";
import { macroMeansOf } from "../scores/macro.ts";
import { type RunScoresQuery, readRunScores } from "../scores/run-scores.ts";
import { createTally, type Tally } from "./tally.ts";

/** The rows of one run, counted and as columns of scores. */
export interface ReadRun {
  tally: Tally;
  columns: RunColumns;
}

export async function readRun(
  trials: Pick<TrialStore, "chunks">,
  query: Omit<RunScoresQuery, "onRow">,
): Promise<ReadRun> {
  const tally = createTally(query.metrics);
  const { columns } = await readRunScores(trials, { ...query, onRow: tally.add });
  return { tally, columns };
}

interface RunResultParts {
  table: ScoreTable;
  spec: BenchmarkSpec;
  /** Index of the run in the spec. */
  run: number;
  read: ReadRun;
  groups: GroupPlaces;
  /** Why the run was stopped before its last trial; null if it was not. */
  stopped: string | null;
}

export async function runResult(parts: RunResultParts): Promise<RunResult> {
  const { table, spec, run, read, groups, stopped } = parts;
  const { tally, columns } = read;
  const { outcomes } = tally;
  const request = spec.runs[run]!;
  const summaries = await summariesOf(table.metrics, { run: columns, clusters: table.clusters });
  const macros = await macroMeansOf(table.metrics, columns, { groups, repeats: table.repeats });
  const count = OUTCOMES.reduce((sum, outcome) => sum + outcomes[outcome], 0);
  // The trials that a stopped run did not reach have no rows.
  const unreached = stopped === null ? 0 : spec.iterations - count;
  return {
    run: columns.label,
    provider: request.provider,
    model: request.model,
    trials: count + unreached,
    outcomes: { ...outcomes, skipped: outcomes.skipped + unreached },
    metrics: withMacros(tally.withNotes(summaries), macros),
    bounds: boundsByMetric(table.metrics, summaries, (metric) => tally.unscored[metric]! + unreached),
    usage: tally.usage,
    models: tally.models(),
    read_by: tally.read_by(),
    cut_off: tally.cut_off(),
    prompts_hash: tally.prompts_hash(),
    judge: tally.judge(),
    embedding: tally.embedding(),
    errors: tally.errors(),
    params: paramsOf(spec, request),
    stopped,
  };
}

const withMacros = (
  summaries: RunResult["metrics"],
  macros: Readonly<Record<string, MacroMean>>,
): RunResult["metrics"] =>
  Object.fromEntries(
    Object.entries(summaries).map(([key, summary]) => {
      const macro = macros[key];
      return [key, macro ? { ...summary, macro } : summary];
    }),
  );

function boundsByMetric(
  metrics: readonly ReadyMetric[],
  summaries: RunResult["metrics"],
  unscoredIn: (metric: number) => number,
): RunResult["bounds"] {
  const bounds = metrics.map((metric, index) => {
    const summary = summaries[metric.key]!;
    // A missing trial moves a reduced score in a way that depends on the sample's other trials.
    const found = summary.reduced === undefined ? boundsOf(metric, summary, unscoredIn(index)) : null;
    return found ? [[metric.key, found] as const] : [];
  });
  return Object.fromEntries(bounds.flat());
}
