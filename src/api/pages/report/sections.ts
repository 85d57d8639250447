import { formatFigure, formatPValue, NO_FIGURE } from "../../../base/format.ts";
import type { BenchmarkResults } from "../../../domain/benchmarks/benchmark-results.ts";
import { NO_VERDICT, remarksOf } from "../../../domain/benchmarks/comparison.ts";
import type { Receipt } from "../../../domain/benchmarks/receipt.ts";
import { OUTCOMES } from "../../../domain/benchmarks/trial.ts";
import type { MetricSummary } from "../../../domain/metric.ts";
import { type Html, html, htmlTable, htmlTableWithoutEmptyColumns } from "./html.ts";
import { intervalChart } from "./interval-chart.ts";

const section = (title: string, body: Html | null): Html | null =>
  body && html`<section><h2>${title}</h2>${body}</section>\n`;

/** Returns one section per metric: a chart, and a table of its figures. */
export function metricSections({ runs }: BenchmarkResults): (Html | null)[] {
  const keys = Object.keys(runs[0]?.metrics ?? {});
  return keys.map((key) => {
    const rows = runs.flatMap(({ run, metrics, bounds }) => {
      const summary = metrics[key];
      return summary ? [{ label: run, summary, bounds: bounds[key] }] : [];
    });
    const unit = rows[0]?.summary.unit ?? "";
    const cells = rows.map(({ label, summary, bounds }) => [
      label,
      formatFigure(summary.value, unit),
      summary.n,
      formatFigure(summary.stderr, unit),
      summary.macro ? `${formatFigure(summary.macro.value, unit)} (${summary.macro.groups} groups)` : "",
      ...[summary.p50, summary.p95, summary.p99, summary.total].map((value) => formatFigure(value, unit)),
      bounds
        ? `${formatFigure(bounds.worst, unit)} to ${formatFigure(bounds.best, unit)} (${bounds.unscored} unscored)`
        : "",
    ]);
    const titles = [
      "run",
      "mean",
      "n",
      "standard error",
      "mean of groups",
      "p50",
      "p95",
      "p99",
      "total",
      "worst to best case",
    ];
    const { better } = rows[0]?.summary ?? { better: "higher" };
    const caption = html`<p>${unit}, ${better} is better</p>`;
    const matrices = rows.map(({ label, summary }) => confusionTable(label, summary));
    return section(
      key,
      html`${caption}${intervalChart(rows)}${htmlTableWithoutEmptyColumns(titles, cells)}${matrices}`,
    );
  });
}

/** Returns a run's confusion matrix: a row per expected label, a column per answered one; null if it has none. */
function confusionTable(run: string, { confusion }: MetricSummary): Html | null {
  if (!confusion) return null;
  const { labels, matrix, no_label, per_label } = confusion;
  const rows = labels.map((label, index) => [
    label,
    ...(matrix[index] ?? []),
    no_label[index] ?? 0,
    formatFigure(per_label[index]?.f1 ?? null, "ratio"),
  ]);
  const titles = ["expected", ...labels, "no label", "F1"];
  return html`<p>${run}: MCC ${formatFigure(confusion.mcc, "coefficient")}</p>${htmlTable(titles, rows)}`;
}

/** Returns the comparisons of each pair of runs in each metric. */
export function comparisonSection({ comparisons, runs }: BenchmarkResults): Html | null {
  if (comparisons.length === 0) return null;
  const rows = comparisons.map(
    ({ metric, a, b, difference, ci95, p_adjusted, test, n, verdict, n_needed }) => {
      const unit = runs[0]?.metrics[metric]?.unit ?? "";
      const interval = ci95 ? `${formatFigure(ci95[0], unit)} to ${formatFigure(ci95[1], unit)}` : NO_FIGURE;
      const advice =
        verdict === "inconclusive" && n_needed !== null ? `a verdict needs about ${n_needed} samples` : "";
      const verdictCell = html`<span class="${verdict ?? "none"}">${verdict ?? NO_VERDICT}</span>`;
      return [
        metric,
        a,
        b,
        formatFigure(difference, unit),
        interval,
        formatPValue(p_adjusted),
        test,
        n,
        verdictCell,
        advice,
      ];
    },
  );
  const titles = ["metric", "a", "b", "a − b", "95 % interval", "p (Holm)", "test", "n", "a is", ""];
  const remarks = remarksOf(comparisons).map((remark) => html`<p>${remark}</p>`);
  return section("Comparisons", html`${htmlTable(titles, rows)}${remarks}`);
}

export function assertionSection({ assertions, passed }: BenchmarkResults): Html | null {
  if (!assertions) return null;
  const rows = assertions.map(({ metric, run, passed: holds, reason }) => [
    metric,
    run,
    html`<span class="${holds ? "better" : "worse"}">${holds ? "holds" : "does not hold"}</span>`,
    reason,
  ]);
  const verdict = html`<p>${passed ? "All assertions hold." : "Not all assertions hold."}</p>`;
  return section("Assertions", html`${verdict}${htmlTable(["metric", "run", "", "why"], rows)}`);
}

export function outcomeSection({ runs }: BenchmarkResults): Html | null {
  const rows = runs.map(({ run, trials, outcomes, cut_off, usage }) => [
    run,
    trials,
    ...OUTCOMES.map((outcome) => outcomes[outcome]),
    cut_off ?? NO_FIGURE,
    usage.total_tokens,
  ]);
  return section("Outcomes", htmlTable(["run", "trials", ...OUTCOMES, "cut off", "tokens"], rows));
}

/** Returns the range of the counts: runs may have different numbers of scored trials in a group. */
const spanOf = (counts: readonly number[]): string =>
  [...new Set([Math.min(...counts), Math.max(...counts)])].join("–");

/** Returns the first metric of each run by group, which shows where a run is strong or weak. */
export function groupSection({ groups, groups_left_out, runs }: BenchmarkResults): Html | null {
  const [key] = Object.keys(runs[0]?.metrics ?? {});
  if (groups.length === 0 || key === undefined) return null;
  const rows = groups.map(({ group, runs: groupRuns }) => [
    group,
    spanOf(groupRuns.map(({ metrics }) => metrics[key]?.n ?? 0)),
    ...groupRuns.map(({ metrics }) => formatFigure(metrics[key]?.value, metrics[key]?.unit ?? "")),
  ]);
  const omission = groups_left_out > 0 && html`<p>${groups_left_out} smaller groups are not shown.</p>`;
  const titles = ["group", "n", ...runs.map(({ run }) => run)];
  return section(`Groups: ${key}`, html`${htmlTable(titles, rows)}${omission}`);
}

/** Returns the receipt: everything that determines the results. */
export function receiptSection(receipt: Receipt): Html | null {
  const { hash, dataset, order, protocols, server_version } = receipt;
  const rows = [
    ["receipt", hash],
    ["dataset", `${dataset.name}${dataset.group ? `/${dataset.group}` : ""}, ${dataset.samples} samples`],
    ["content", dataset.content_hash],
    ["order", `seed ${order.seed}, ${order.iterations} trials a run, ${order.hash}`],
    ["protocol", protocols.join(", ")],
    ["server", server_version],
    ...receipt.runs.map(({ run, models, params }) => [
      run,
      `${Object.keys(models).join(", ") || "no answer"}; ${JSON.stringify(params)}`,
    ]),
  ];
  return section("Receipt", htmlTable(["", ""], rows));
}
