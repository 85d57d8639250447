import type { MetricListing } from "../domain/metric.ts";
import { unknownName } from "../domain/nearest.ts";
import { type Page, type PageRequest, pageOfAll } from "../domain/page.ts";
import { authorize, type Caller } from "../domain/permissions.ts";
import { findMetric, metricNames } from "../metrics/index.ts";
import { listingOf, type Metric } from "../metrics/metric.ts";

/** The metrics by name, for whoever scores something. */
export function createMetricCatalogue() {
  function requireOne(name: string, field: string): Metric {
    const metric = findMetric(name);
    if (!metric) throw unknownName(field, "metric", name, metricNames);
    return metric;
  }

  return {
    /** The metrics named; BAD_REQUEST for one that nobody knows. */
    require: (names: readonly string[]): Metric[] =>
      names.map((name, index) => requireOne(name, `metrics.${index}`)),
    list(caller: Caller, request: PageRequest): Page<MetricListing> {
      authorize(caller, "catalogues.read");
      return pageOfAll(
        metricNames.map((name) => listingOf(requireOne(name, "metrics"))),
        request,
      );
    },
  };
}

export type MetricCatalogue = ReturnType<typeof createMetricCatalogue>;
