import type { MetricListing } from "../../src/domain/metric.ts";
import { builtInMetrics } from "../../src/metrics/index.ts";
import { listingOf, type MetricFacts } from "../../src/metrics/metric.ts";
import { createPrometheus } from "../../src/telemetry/prometheus.ts";
import { code, codes, page, table } from "./markdown.ts";
import { fieldsTable, type JsonSchema, sentence, withStop } from "./schema-text.ts";

const BETTER = { higher: "higher is better", lower: "lower is better" } as const;

function factsOf({ unit, range, better, requires }: MetricListing): string {
  const [low, high] = range.map((bound) => bound ?? "no bound");
  const needs = requires.length > 0 ? ` Needs ${codes(requires)}.` : "";
  return `Unit ${code(unit)}; from ${low} to ${high}; ${BETTER[better]}.${needs}`;
}

const agreementOf = ({ agreement = [] }: MetricFacts): string =>
  agreement
    .map(
      ({ dataset, statistic, value, n }) =>
        ` ${statistic} against human judgement: ${value} on ${dataset} (${n} texts).`,
    )
    .join("");

type Plain = (schema: unknown) => JsonSchema;

const chapter = (plain: Plain) => (name: string) => {
  const forms = builtInMetrics.formsOf(name);
  const texts = forms.flatMap((entry) => {
    const listing = listingOf(entry);
    const how = entry.method && forms.length > 1 ? `**${entry.method}.** ` : "";
    const parameters = listing.parameters === null ? null : plain(listing.parameters);
    return [
      `${how}${sentence(listing.description)} ${factsOf(listing)} Source: ${withStop(listing.source)}${agreementOf(entry)}`,
      parameters === null ? "" : fieldsTable(parameters),
    ];
  });
  return [`### ${code(name)}`, ...texts];
};

async function prometheusTable(): Promise<string> {
  const { print } = createPrometheus();
  const own = (await print())
    .matchAll(/^# HELP (\S+) (.+)\n# TYPE \S+ (\w+)$/gm)
    .map(([, name = "", help = "", type = ""]) => [code(name), type, help])
    .filter(([name = ""]) => !/^`(process|nodejs)_/.test(name));
  return table(["name", "type", "meaning"], [...own]);
}

/** `docs/reference/metrics.md`: how outputs are scored, and what the server tells Prometheus. */
export async function metricsPage(plain: Plain): Promise<string> {
  return page("Metrics", [
    "## Scoring metrics",
    'In a request, name a metric by its name alone, or by `{"name", "params", "label"}`. `label` is the key of its scores; it is needed if the same name occurs twice. `GET /v1/metrics` returns the same facts. A score that cannot be computed is null, with the reason.',
    ...builtInMetrics.names.flatMap(chapter(plain)),
    "## Server metrics",
    "`GET /metrics` answers in Prometheus' text format. Only admins may read it. Callers on the same machine need no credentials, if `TRUST_PROXY` is 0 and the request has no forwarding header. Besides these metrics, it has the usual `process_…` and `nodejs_…` series.",
    await prometheusTable(),
  ]);
}
