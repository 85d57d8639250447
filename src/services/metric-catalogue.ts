import { Value } from "@sinclair/typebox/value";
import type { BenchmarkSpec } from "../domain/benchmark.ts";
import { badField, within } from "../domain/errors.ts";
import { type MetricListing, type MetricRequest, metricKey, metricOrder } from "../domain/metric.ts";
import { unknownName } from "../domain/nearest.ts";
import { type Page, type PageRequest, pageOfAll } from "../domain/page.ts";
import { authorize, type Caller } from "../domain/permissions.ts";
import { validator } from "../domain/validation.ts";
import { builtInMetrics, type MetricRegistry } from "../metrics/index.ts";
import { isParametric, listingOf, type Metric, type ParametricMetric } from "../metrics/metric.ts";

/** A metric that is ready to score. `key` is the name of its scores: its label, or its own name. */
export interface ReadyMetric extends Metric {
  readonly key: string;
}

function metricWith(metric: ParametricMetric, params: Record<string, unknown>, field: string): Metric {
  return within(field, () => {
    const complete = Value.Default(metric.parameters, structuredClone(params));
    return metric.create(validator(metric.parameters)(complete) as Record<string, unknown>);
  });
}

/** The metrics by name, for whoever scores something. */
export function createMetricCatalogue(registry: MetricRegistry = builtInMetrics) {
  function requireOne(request: MetricRequest, field: string, has_judge: boolean): ReadyMetric {
    const { name, params } = metricOrder(request);
    const key = metricKey(request);
    const entry = registry.find(name, has_judge);
    if (!entry) {
      const named = typeof request === "string" ? field : `${field}.name`;
      throw unknownName(named, "metric", name, registry.names);
    }
    if (isParametric(entry)) return { ...metricWith(entry, params ?? {}, `${field}.params`), key };
    if (params && Object.keys(params).length > 0) {
      const without = registry.formsOf(name).some(isParametric) ? " without a judge" : "";
      throw badField(`${field}.params`, `the metric '${name}' takes no parameters${without}`);
    }
    return { ...entry, key };
  }

  function requireAll(requests: readonly MetricRequest[], has_judge = false): ReadyMetric[] {
    const ready = requests.map((request, index) => requireOne(request, `metrics.${index}`, has_judge));
    for (const [index, { key }] of ready.entries()) {
      if (ready.findIndex((metric) => metric.key === key) < index)
        throw badField(`metrics.${index}`, `a second metric named '${key}': give it a 'label' of its own`);
    }
    return ready;
  }

  return {
    /**
     * The metrics asked for, each by a judge where there is one and the metric has such a form.
     * BAD_REQUEST for one that nobody knows, for bad parameters, and for two of the same key.
     */
    require: requireAll,
    /** The metrics of a benchmark, as it was made. */
    requireOf: ({ metrics, judge }: Pick<BenchmarkSpec, "metrics" | "judge">): ReadyMetric[] =>
      requireAll(metrics, judge !== undefined),
    list(caller: Caller, request: PageRequest): Page<MetricListing> {
      authorize(caller, "catalogues.read");
      const listings = registry.names.flatMap((name) => {
        const forms = registry.formsOf(name);
        const methods = forms.flatMap(({ method }) => (method ? [method] : []));
        return forms.slice(0, 1).map((form) => listingOf(form, methods));
      });
      return pageOfAll(listings, request);
    },
  };
}

export type MetricCatalogue = ReturnType<typeof createMetricCatalogue>;
