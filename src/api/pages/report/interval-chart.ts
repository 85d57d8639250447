import { formatFigure } from "../../../base/format.ts";
import type { MetricSummary } from "../../../domain/metric.ts";
import { type Html, html } from "./html.ts";

/** One row of the chart: a run with its mean and interval. */
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
  unit: string;
}

const endsOf = ({ value, ci95 }: MetricSummary): number[] =>
  [value, ...(ci95 ?? [])].filter((each) => each !== null && each !== undefined);

/**
 * Returns an axis slightly wider than the intervals. Values of 0 or more never start it below 0, and ratios up to 1
 * never end it above 1.
 */
function axisOf(rows: readonly ChartRow[], unit: string): Axis {
  const ends = rows.flatMap(({ summary }) => endsOf(summary));
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const room = (high - low || Math.abs(high) || 1) * PADDING;
  return {
    unit,
    low: low >= 0 ? Math.max(0, low - room) : low - room,
    high: unit === "ratio" && high <= 1 ? Math.min(1, high + room) : high + room,
  };
}

/** Returns the horizontal position of a value, in the chart's units, to one decimal. */
function positionOn({ low, high }: Axis, value: number): number {
  const share = high === low ? 0.5 : (value - low) / (high - low);
  return Math.round((LEFT + share * (WIDTH - LEFT - RIGHT)) * 10) / 10;
}

const shorten = (label: string): string =>
  label.length > LABEL_MAX ? `${label.slice(0, LABEL_MAX - 1)}…` : label;

function rowOf(axis: Axis, { label, summary }: ChartRow, row: number): Html {
  const at = (position: number) => positionOn(axis, position);
  const { value, ci95, unit } = summary;
  const y = ROW * (row + 0.5);
  if (value === null) return html`<text x="0" y="${y}">${shorten(label)}</text>`;
  const interval =
    ci95 && html`<line class="interval" x1="${at(ci95[0])}" x2="${at(ci95[1])}" y1="${y}" y2="${y}"/>`;
  const range = ci95 ? ` (${formatFigure(ci95[0], unit)} to ${formatFigure(ci95[1], unit)})` : "";
  return html`<text x="0" y="${y}">${shorten(label)}<title>${label}</title></text>${interval}
<circle cx="${at(value)}" cy="${y}" r="4.5"><title>${formatFigure(value, unit)}${range}</title></circle>
<text x="${WIDTH}" y="${y}" text-anchor="end">${formatFigure(value, unit)}${range}</text>`;
}

function tickOf(axis: Axis, value: number, height: number): Html {
  const x = positionOn(axis, value);
  return html`<line class="grid" x1="${x}" x2="${x}" y1="0" y2="${height}"/>
<text class="tick" x="${x}" y="${height + 14}" text-anchor="middle">${formatFigure(value, axis.unit)}</text>`;
}

/** Returns a chart with a dot for each run's mean and a line for its 95 % interval; null if no run has a value. */
export function intervalChart(rows: readonly ChartRow[]): Html | null {
  const unit = rows[0]?.summary.unit ?? "";
  if (!rows.some(({ summary }) => summary.value !== null)) return null;
  const axis = axisOf(rows, unit);
  const { low, high } = axis;
  const height = rows.length * ROW;
  const ticks = Array.from({ length: TICKS }, (_, index) => low + ((high - low) * index) / (TICKS - 1));
  return html`<svg viewBox="0 0 ${WIDTH} ${height + 20}" role="img" aria-label="Means and 95 % intervals">
${ticks.map((value) => tickOf(axis, value, height))}
${rows.map((row, index) => rowOf(axis, row, index))}
</svg>`;
}
