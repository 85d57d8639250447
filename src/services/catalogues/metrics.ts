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

/** Evaluator plugins as metrics, by the key of their scores. */
type PluginMetrics = ReadonlyMap<string, Metric>;

/** A metric that is ready to score. `key` names its scores: the request's label, else the metric's name. */
export interface ReadyMetric extends Metric {
  readonly key: string;
}

/** Returns a metric's checked parameters with its defaults. Throws BAD_REQUEST, naming `field`, if they do not fit. */
function completeParams(
  { parameters }: ParametricMetric,
  params: Record<string, unknown>,
  field: string,
): Record<string, unknown> {
  const complete = Value.Default(parameters, structuredClone(params));
  return within(field, () => validator(parameters)(complete) as Record<string, unknown>);
}

/** Looks metrics up by name, both those that ship and installed evaluators. */
export function createMetricCatalogue(
  registry: MetricRegistry = builtInMetrics,
  evaluators: Evaluators | undefined = undefined,
) {
  function requireBuiltin(request: MetricRequest, field: string, has_judge: boolean): Metric {
    const { name, params } = metricOrder(request);
    const entry = registry.find(name, has_judge);
    if (!entry) {
      const path = typeof request === "string" ? field : `${field}.name`;
      throw unknownName(path, "metric", name, { known: registry.names });
    }
    if (isParametric(entry)) {
      const complete = completeParams(entry, params ?? {}, `${field}.params`);
      return withOrigin(
        within(`${field}.params`, () => entry.create(complete)),
        complete,
      );
    }
    if (params && Object.keys(params).length > 0) {
      const condition = registry.formsOf(name).some(isParametric) ? " without a judge" : "";
      throw badField(`${field}.params`, `the metric '${name}' takes no parameters${condition}`);
    }
    return withOrigin(entry, {});
  }

  /** Adds what another process needs to compute a slow metric: its name there and its parameters. */
  const withOrigin = (metric: Metric, params: Record<string, unknown>): Metric =>
    metric.slow && registry === builtInMetrics
      ? { ...metric, origin: { name: metric.name, params } }
      : metric;

  function requireAll(
    requests: readonly MetricRequest[],
    has_judge = false,
    plugins: PluginMetrics = new Map(),
  ): ReadyMetric[] {
    const ready = requests.map((request, index) => {
      const key = metricKey(request);
      const metric = plugins.get(key) ?? requireBuiltin(request, `metrics.${index}`, has_judge);
      return { ...metric, key };
    });
    for (const [index, { key }] of ready.entries()) {
      if (ready.findIndex((metric) => metric.key === key) < index)
        throw badField(
          `metrics.${index}`,
          `is a second metric named '${key}'. Give each a different 'label'`,
        );
    }
    return ready;
  }

  /** Finds the evaluator plugins among the requested metrics. */
  async function findEvaluators(requests: readonly MetricRequest[]): Promise<PluginMetrics> {
    const found = new Map<string, Metric>();
    for (const [index, request] of requests.entries()) {
      const { name, params } = metricOrder(request);
      const key = metricKey(request);
      if (evaluators && isPluginRef(name))
        found.set(
          key,
          await evaluators.find(name, { field: `metrics.${index}`, parameters: params, label: key }),
        );
    }
    return found;
  }

  return {
    /** Like `require`, with the installed evaluators. */
    resolve: async (requests: readonly MetricRequest[], has_judge = false): Promise<ReadyMetric[]> =>
      requireAll(requests, has_judge, await findEvaluators(requests)),
    /**
     * Returns the requested metrics, in their form with a judge if `has_judge` and the metric has one.
     * Throws BAD_REQUEST for an unknown metric, for bad parameters, and for two metrics with the same key.
     */
    require: requireAll,
    /** Returns the metrics of a benchmark in its pinned versions. By default its evaluators can only summarise scores. */
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
