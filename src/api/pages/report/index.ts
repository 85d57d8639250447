import type { Benchmark } from "../../../domain/benchmarks/benchmark.ts";
import type { Receipt } from "../../../domain/benchmarks/receipt.ts";
import { htmlPage } from "../page.ts";
import { Html, html } from "./html.ts";
import {
  assertionSection,
  comparisonSection,
  groupSection,
  metricSections,
  outcomeSection,
  receiptSection,
} from "./sections.ts";

const STYLE = new Html(`
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --faint: #d8dee4; --dot: #0550ae; --good: #116329; --bad: #a40e26; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --paper: #0d1117; --faint: #30363d; --dot: #79c0ff; --good: #56d364; --bad: #ff7b72; }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 76rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { margin: 0; }
h2 { margin: 2.5rem 0 .5rem; font-size: 1.15rem; }
p { margin: .25rem 0 .75rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--faint); text-align: left; white-space: nowrap; }
th { font-weight: 600; }
svg { width: 100%; max-width: 45rem; margin: .5rem 0; font: 13px system-ui, sans-serif; }
svg text { fill: var(--ink); dominant-baseline: middle; }
svg .tick { font-size: 11px; opacity: .7; }
svg .grid { stroke: var(--faint); }
svg .interval { stroke: var(--dot); stroke-width: 3; stroke-linecap: round; opacity: .55; }
svg circle { fill: var(--dot); }
.better { color: var(--good); font-weight: 600; }
.worse { color: var(--bad); font-weight: 600; }
`);

/** Returns the report of a benchmark as a page that loads no other file, so that it can be saved and passed on. */
export function reportPage(benchmark: Benchmark, receipt: Receipt): Response {
  const { name, dataset, status, error, trials, finished_at, results } = benchmark;
  const facts = `${status}${error ? `: ${error}` : ""} · ${dataset} · ${trials} trials · ${finished_at ?? ""}`;
  const page = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${name}</title>
<style>${STYLE}</style></head>
<body><main>
<h1>${name}</h1><p>${facts}</p>
${
  results && [
    assertionSection(results),
    metricSections(results),
    comparisonSection(results),
    groupSection(results),
    outcomeSection(results),
  ]
}
${receiptSection(receipt)}
</main></body>
</html>
`;
  return htmlPage(page.text, { "style-src": "'unsafe-inline'" });
}
