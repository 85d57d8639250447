import { intervalChart } from "../../src/api/pages/report/interval-chart.ts";
import { formatFigure, formatPValue } from "../../src/base/format.ts";
import { type Benchmark, type CreateBenchmark, isTerminal } from "../../src/domain/benchmarks/benchmark.ts";
import type { BenchmarkResults } from "../../src/domain/benchmarks/benchmark-results.ts";
import type { FreshServer } from "./fresh-server.ts";

const mock = (label: string, accuracy: number, seed: number) => ({
  provider: "mock",
  model: `mock?accuracy=${accuracy}&seed=${seed}`,
  label,
});

/** Simulated models, so that the picture is the same on every machine. */
const REQUEST: CreateBenchmark = {
  name: "Which model is better at sums?",
  dataset: "arithmetic",
  metrics: ["accuracy"],
  iterations: 1000,
  providers: [
    mock("large model", 0.92, 1),
    mock("small model", 0.84, 2),
    mock("small model, new prompt", 0.88, 5),
  ],
};
const POLL_MS = 50;

async function finish(ask: FreshServer["ask"]): Promise<BenchmarkResults> {
  let benchmark = await ask<Benchmark>("POST", "/v1/benchmarks", REQUEST);
  while (!isTerminal(benchmark.status)) {
    await Bun.sleep(POLL_MS);
    benchmark = await ask<Benchmark>("GET", `/v1/benchmarks/${benchmark.benchmark_id}`);
  }
  if (!benchmark.results) throw new Error(`The benchmark failed: ${benchmark.error}`);
  return benchmark.results;
}

/** What a comparison says, as a line of text. */
function verdictLine({
  a,
  b,
  difference,
  ci95,
  p_adjusted,
  verdict,
}: BenchmarkResults["comparisons"][number]): string {
  const interval = ci95 ? ` (${formatFigure(ci95[0], "ratio")} to ${formatFigure(ci95[1], "ratio")})` : "";
  return `${a} − ${b}: ${formatFigure(difference, "ratio")}${interval}, p ${formatPValue(p_adjusted).replace(/^(?=\d)/, "= ")}, ${verdict}`;
}

const WIDTH = 760;
const LEFT = 20;
const TITLE = 60;
const LINE = 22;
const STYLE = `text { font: 13px system-ui, sans-serif; fill: #1c2430; dominant-baseline: middle }
.title { font-size: 16px; font-weight: 600 } .small, .tick { font-size: 12px; fill: #5b6675 }
.interval { stroke: #2f6fde; stroke-width: 3; stroke-linecap: round } circle { fill: #2f6fde } .grid { stroke: #e3e7ec }`;

const textAt = (y: number, text: string, style = ""): string =>
  `<text${style ? ` class="${style}"` : ""} x="${LEFT}" y="${y}">${Bun.escapeHTML(text)}</text>`;

/** `docs/images/results.svg`: a benchmark's accuracies with their intervals, and what its comparisons say. */
export async function resultsPicture(ask: FreshServer["ask"]): Promise<string> {
  const { runs, comparisons } = await finish(ask);
  const rows = runs.map(({ run, metrics }) => ({ label: run, summary: metrics.accuracy! }));
  const chart = intervalChart(rows)?.text ?? "";
  const [, chart_width = "", chart_height = ""] = /viewBox="0 0 (\d+) (\d+)"/.exec(chart) ?? [];
  const verdicts = comparisons.map(verdictLine);
  const below = TITLE + Number(chart_height) + LINE;
  const height = below + verdicts.length * LINE + 10;
  const placed = chart.replace(
    "<svg ",
    `<svg x="${LEFT}" y="${TITLE}" width="${chart_width}" height="${chart_height}" `,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}">`,
    `<style>${STYLE}</style>`,
    `<rect width="${WIDTH}" height="${height}" rx="8" fill="#fff" stroke="#e3e7ec"/>`,
    textAt(22, REQUEST.name, "title"),
    textAt(
      42,
      `accuracy over the same ${REQUEST.iterations} samples, with 95 % intervals; each two runs by a paired test`,
      "small",
    ),
    placed,
    ...verdicts.map((line, index) => textAt(below + index * LINE, line)),
    "</svg>\n",
  ].join("\n");
}
