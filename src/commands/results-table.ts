import type { BenchmarkResults, RunResult } from "../domain/benchmark.ts";
import { figureOf, NO_FIGURE } from "../domain/figure.ts";
import type { MetricSummary } from "../domain/metric.ts";
import { table } from "./terminal.ts";

/** One column, and what it shows of a metric's summary. */
interface Figure {
  title: string;
  show(summary: MetricSummary): string;
}

const interval = ({ ci95, unit }: MetricSummary): string =>
  ci95 ? `${figureOf(ci95[0], unit)}–${figureOf(ci95[1], unit)}` : NO_FIGURE;

/** Times are shown by their percentiles, amounts by their sum, all else by its mean and interval. */
function figuresOf(name: string, { unit, p50, total, ci95 }: MetricSummary): Figure[] {
  const title = unit === "ratio" ? name : `${name} ${unit}`;
  if (p50 !== undefined)
    return [
      { title: `${title} p50`, show: (summary) => figureOf(summary.p50, unit) },
      { title: "p95", show: (summary) => figureOf(summary.p95, unit) },
    ];
  if (total !== undefined) return [{ title, show: (summary) => figureOf(summary.total, unit) }];
  const mean = { title, show: (summary: MetricSummary) => figureOf(summary.value, unit) };
  return ci95 === undefined ? [mean] : [mean, { title: "95 % interval", show: interval }];
}

const scored = ({ outcomes, trials }: RunResult): string => `${outcomes.scored}/${trials}`;

/**
 * A line a run: its metrics in the order in which they were asked for, and how many trials had an answer. Below it, why
 * runs were stopped.
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
  const stops = runs.flatMap(({ run, stopped }) => (stopped ? [`${run} was stopped: ${stopped}`] : []));
  return [lines, ...stops].join("\n");
}
