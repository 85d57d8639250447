import { formatFigure } from "../../../base/format.ts";
import type { MetricSummary } from "../../../domain/metric.ts";
import { type Html, html } from "./html.ts";

/** A line of the chart: a run's mean and what is known of it. */
export interface ChartRow {
  label: string;
  summary: MetricSummary;
}

const WIDTH = 720;
const ROW = 28;
const LEFT = 240;
const RIGHT = 150;
const LABEL_MAX = 34;
const TICKS = 5;
const PADDING = 0.06;

interface Axis {
  low: number;
  high: number;
}

const endsOf = ({ value, ci95 }: MetricSummary): number[] =>
  [value, ...(ci95 ?? [])].filter((each) => each !== null && each !== undefined);

/** As wide as the intervals and a little wider, but not below 0 where nothing is, nor for scores above 1. */
function axisOf(rows: readonly ChartRow[], unit: string): Axis {
  const ends = rows.flatMap(({ summary }) => endsOf(summary));
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const room = (high - low || Math.abs(high) || 1) * PADDING;
  return {
    low: low >= 0 ? Math.max(0, low - room) : low - room,
    high: unit === "ratio" && high <= 1 ? Math.min(1, high + room) : high + room,
  };
}

const cut = (label: string): string =>
  label.length > LABEL_MAX ? `${label.slice(0, LABEL_MAX - 1)}…` : label;

function line({ label, summary }: ChartRow, row: number, at: (value: number) => number): Html {
  const { value, ci95, unit } = summary;
  const y = ROW * (row + 0.5);
  if (value === null) return html`<text x="0" y="${y}">${cut(label)}</text>`;
  const interval =
    ci95 && html`<line class="interval" x1="${at(ci95[0])}" x2="${at(ci95[1])}" y1="${y}" y2="${y}"/>`;
  const range = ci95 ? ` (${formatFigure(ci95[0], unit)} to ${formatFigure(ci95[1], unit)})` : "";
  return html`<text x="0" y="${y}">${cut(label)}<title>${label}</title></text>${interval}
<circle cx="${at(value)}" cy="${y}" r="4.5"><title>${formatFigure(value, unit)}${range}</title></circle>
<text x="${WIDTH}" y="${y}" text-anchor="end">${formatFigure(value, unit)}${range}</text>`;
}

function tick(value: number, unit: string, height: number, at: (value: number) => number): Html {
  const x = at(value);
  return html`<line class="grid" x1="${x}" x2="${x}" y1="0" y2="${height}"/>
<text class="tick" x="${x}" y="${height + 14}" text-anchor="middle">${formatFigure(value, unit)}</text>`;
}

/** A dot a run and its 95 % interval as a line, all on one axis; null where no run has a value. */
export function intervalChart(rows: readonly ChartRow[]): Html | null {
  const unit = rows[0]?.summary.unit ?? "";
  if (!rows.some(({ summary }) => summary.value !== null)) return null;
  const { low, high } = axisOf(rows, unit);
  const at = (value: number): number => {
    const share = high === low ? 0.5 : (value - low) / (high - low);
    return Math.round((LEFT + share * (WIDTH - LEFT - RIGHT)) * 10) / 10;
  };
  const height = rows.length * ROW;
  const ticks = Array.from({ length: TICKS }, (_, index) => low + ((high - low) * index) / (TICKS - 1));
  return html`<svg viewBox="0 0 ${WIDTH} ${height + 20}" role="img" aria-label="Means and 95 % intervals">
${ticks.map((value) => tick(value, unit, height, at))}
${rows.map((row, index) => line(row, index, at))}
</svg>`;
}
