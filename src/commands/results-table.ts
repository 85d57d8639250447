import { formatFigure, formatPValue, NO_FIGURE } from "../base/format.ts";
import type { BenchmarkResults, RunResult } from "../domain/benchmarks/benchmark-results.ts";
import { type Comparison, NO_VERDICT, remarksOf } from "../domain/benchmarks/comparison.ts";
import type { MetricSummary } from "../domain/metric.ts";
import { table } from "./terminal.ts";

/** One column of the table: its title, and how it formats a metric's summary. */
interface Figure {
  title: string;
  show(summary: MetricSummary): string;
}

const interval = ({ ci95, unit }: MetricSummary): string =>
  ci95 ? `${formatFigure(ci95[0], unit)}–${formatFigure(ci95[1], unit)}` : NO_FIGURE;

/** Returns a metric's columns: percentiles for times, the sum for amounts, mean and interval for all others. */
function figuresOf(name: string, { unit, p50, total, ci95 }: MetricSummary): Figure[] {
  const title = unit === "ratio" ? name : `${name} ${unit}`;
  if (p50 !== undefined)
    return [
      { title: `${title} p50`, show: (summary) => formatFigure(summary.p50, unit) },
      { title: "p95", show: (summary) => formatFigure(summary.p95, unit) },
    ];
  if (total !== undefined) return [{ title, show: (summary) => formatFigure(summary.total, unit) }];
  const mean = { title, show: (summary: MetricSummary) => formatFigure(summary.value, unit) };
  return ci95 === undefined ? [mean] : [mean, { title: "95 % interval", show: interval }];
}

const scored = ({ outcomes, trials }: RunResult): string => `${outcomes.scored}/${trials}`;

/**
 * Returns a table with one line per run: its metrics in the requested order, and how many trials were scored. Lines
 * below name the runs with answers that were cut off, and why runs were stopped.
 */
export function resultsTable({ runs }: BenchmarkResults): string {
  const metrics = Object.entries(runs[0]?.metrics ?? {}).map(([name, summary]) => ({
    name,
    figures: figuresOf(name, summary),
  }));
  const titles = metrics.flatMap(({ figures }) => figures.map(({ title }) => title));
  const columns = [
    { title: "run" },
    ...[...titles, "answered"].map((title) => ({ title, align: "right" }) as const),
  ];
  const cellsOf = (run: RunResult): string[] =>
    metrics.flatMap(({ name, figures }) => {
      const summary = run.metrics[name];
      return figures.map(({ show }) => (summary ? show(summary) : NO_FIGURE));
    });
  const lines = table(
    columns,
    runs.map((run) => [run.run, ...cellsOf(run), scored(run)]),
  );
  const cuts = runs.flatMap(({ run, cut_off, trials }) =>
    cut_off ? [`${run}: ${cut_off} of ${trials} answers were cut off at max_tokens`] : [],
  );
  const stops = runs.flatMap(({ run, stopped }) => (stopped ? [`${run} was stopped: ${stopped}`] : []));
  return [lines, ...cuts, ...stops].join("\n");
}

/**
 * Returns a line per metric and two runs, and below the table why there is no verdict and where figures disagree; null
 * without comparisons.
 */
function comparisonsTable({ comparisons, runs }: BenchmarkResults): string | null {
  if (comparisons.length === 0) return null;
  const rows = comparisons.map((comparison) => comparisonCells(comparison, runs));
  const left = ["metric", "a", "a is", "b"].map((title) => ({ title }));
  const right = ["a − b", "95 % interval", "p"].map((title) => ({ title, align: "right" }) as const);
  return [table([...left, ...right, { title: "" }], rows), ...remarksOf(comparisons)].join("\n");
}

function comparisonCells(
  { metric, a, b, difference, ci95, p_adjusted, verdict, n_needed }: Comparison,
  runs: readonly RunResult[],
): string[] {
  const unit = runs[0]?.metrics[metric]?.unit ?? "";
  const more =
    verdict === "inconclusive" && n_needed !== null ? `about ${n_needed} samples would decide` : "";
  return [
    metric,
    a,
    verdict ?? NO_VERDICT,
    b,
    formatFigure(difference, unit),
    ci95 ? `${formatFigure(ci95[0], unit)} to ${formatFigure(ci95[1], unit)}` : NO_FIGURE,
    formatPValue(p_adjusted),
    more,
  ];
}

function assertionsTable({ assertions }: BenchmarkResults): string | null {
  if (!assertions) return null;
  const rows = assertions.map(({ metric, run, passed, reason }) => [
    passed ? "holds" : "FAILS",
    metric,
    run,
    reason,
  ]);
  return table(
    ["assertion", "metric", "run", "why"].map((title) => ({ title })),
    rows,
  );
}

/** Returns the tables of runs, comparisons and assertions; those without lines are left out. */
export const tablesOf = (results: BenchmarkResults): string[] =>
  [resultsTable(results), comparisonsTable(results), assertionsTable(results)].filter(
    (each) => each !== null,
  );
