import type { Benchmark } from "../../../domain/benchmarks/benchmark.ts";
import type { Receipt } from "../../../domain/benchmarks/receipt.ts";
import { htmlPage } from "../page.ts";
import { html } from "./html.ts";
import {
  assertionSection,
  comparisonSection,
  groupSection,
  metricSections,
  outcomeSection,
  receiptSection,
} from "./sections.ts";
import { STYLE } from "./style.ts";

/** A page of nothing but itself: it can be saved, mailed and read years later. */
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
