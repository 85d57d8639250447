import type { MetricListing } from "../domain/metric.ts";
import { unknownName } from "../domain/nearest.ts";
import { type Page, type PageRequest, pageOfAll } from "../domain/page.ts";
import { authorize, type Caller } from "../domain/permissions.ts";
import { findMetric, metricNames } from "../metrics/index.ts";
import { listingOf, type Metric } from "../metrics/metric.ts";
import type { Evaluators } from "./plugins/evaluators.ts";
import { isPluginRef } from "./plugins/names.ts";

/** Finds the metric of an installed evaluator by `plugin:<name>`. */
export type FindEvaluator = (ref: string, field: string) => Promise<Metric>;

/** The metrics by name, for whoever scores something: those that ship, and the evaluators that are installed. */
export function createMetricCatalogue(evaluators?: Evaluators) {
  function requireOne(name: string, field: string): Metric {
    const metric = findMetric(name);
    if (!metric) throw unknownName(field, "metric", name, metricNames);
    return metric;
  }

  function resolveOne(name: string, field: string, find?: FindEvaluator): Metric | Promise<Metric> {
    return find && isPluginRef(name) ? find(name, field) : requireOne(name, field);
  }

  return {
    /** The metrics named; BAD_REQUEST for one that nobody knows. Evaluators are found by `find`, if that is given. */
    resolve: (
      names: readonly string[],
      find: FindEvaluator | undefined = evaluators?.find,
    ): Promise<Metric[]> =>
      Promise.all(names.map(async (name, index) => resolveOne(name, `metrics.${index}`, find))),
    async list(caller: Caller, request: PageRequest): Promise<Page<MetricListing>> {
      authorize(caller, "catalogues.read");
      const built = metricNames.map((name) => listingOf(requireOne(name, "metrics")));
      return pageOfAll([...built, ...((await evaluators?.list()) ?? [])], request);
    },
  };
}

export type MetricCatalogue = ReturnType<typeof createMetricCatalogue>;
