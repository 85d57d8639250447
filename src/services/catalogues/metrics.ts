import { Value } from "@sinclair/typebox/value";
import { badField, within } from "../../base/errors.ts";
import { unknownName } from "../../base/nearest.ts";
import { validator } from "../../base/validation.ts";
import type { BenchmarkSpec } from "../../domain/benchmarks/benchmark.ts";
import { type MetricListing, type MetricRequest, metricKey, metricOrder } from "../../domain/metric.ts";
import { type Page, type PageRequest, pageOfAll } from "../../domain/page.ts";
import { authorize, type Caller } from "../../domain/permissions.ts";
import type { PinnedPlugin } from "../../domain/plugin.ts";
import { builtInMetrics, type MetricRegistry } from "../../metrics/index.ts";
import { isParametric, listingOf, type Metric, type ParametricMetric } from "../../metrics/metric.ts";
import type { Evaluators } from "../plugins/evaluators.ts";
import { isPluginRef } from "../plugins/names.ts";
import { summaryMetric } from "../plugins/plugin-metric.ts";

/** Evaluators by the key of their scores. */
type PluginMetrics = ReadonlyMap<string, Metric>;

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
export function createMetricCatalogue(
  registry: MetricRegistry = builtInMetrics,
  evaluators: Evaluators | undefined = undefined,
) {
  function requireOne(
    request: MetricRequest,
    field: string,
    has_judge: boolean,
    plugins: PluginMetrics,
  ): ReadyMetric {
    const { name, params } = metricOrder(request);
    const key = metricKey(request);
    const evaluator = plugins.get(key);
    if (evaluator) return { ...evaluator, key };
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

  function requireAll(
    requests: readonly MetricRequest[],
    has_judge = false,
    plugins: PluginMetrics = new Map(),
  ): ReadyMetric[] {
    const ready = requests.map((request, index) =>
      requireOne(request, `metrics.${index}`, has_judge, plugins),
    );
    for (const [index, { key }] of ready.entries()) {
      if (ready.findIndex((metric) => metric.key === key) < index)
        throw badField(`metrics.${index}`, `a second metric named '${key}': give it a 'label' of its own`);
    }
    return ready;
  }

  /** The evaluators among the metrics asked for, by the key of their scores. */
  async function findEvaluators(requests: readonly MetricRequest[]): Promise<PluginMetrics> {
    const found = new Map<string, Metric>();
    for (const [index, request] of requests.entries()) {
      const { name, params } = metricOrder(request);
      const key = metricKey(request);
      if (evaluators && isPluginRef(name))
        found.set(key, await evaluators.find(name, `metrics.${index}`, params, key));
    }
    return found;
  }

  return {
    /** As `require`, with the evaluators that are installed. */
    resolve: async (requests: readonly MetricRequest[], has_judge = false): Promise<ReadyMetric[]> =>
      requireAll(requests, has_judge, await findEvaluators(requests)),
    /**
     * The metrics asked for, each by a judge where there is one and the metric has such a form.
     * BAD_REQUEST for one that nobody knows, for bad parameters, and for two of the same key.
     */
    require: requireAll,
    /** The metrics of a benchmark, as it was made. Its evaluators sum up, and score if `evaluator` calls them. */
    requireOf: (
      { metrics, judge, plugins = [] }: Pick<BenchmarkSpec, "metrics" | "judge" | "plugins">,
      evaluator: (pin: PinnedPlugin) => Metric = summaryMetric,
    ): ReadyMetric[] =>
      requireAll(metrics, judge !== undefined, new Map(plugins.map((pin) => [pin.ref, evaluator(pin)]))),
    async list(caller: Caller, request: PageRequest): Promise<Page<MetricListing>> {
      authorize(caller, "catalogues.read");
      const listings = registry.names.flatMap((name) => {
        const forms = registry.formsOf(name);
        return forms.slice(0, 1).map((form) => listingOf(form, forms));
      });
      return pageOfAll([...listings, ...((await evaluators?.list()) ?? [])], request);
    },
  };
}

export type MetricCatalogue = ReturnType<typeof createMetricCatalogue>;
