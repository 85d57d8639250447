import { createMetricCatalogue, type ReadyMetric } from "../../src/services/catalogues/metrics.ts";

/** The metric of that name, as services score with it. */
export function readyMetric(name: string): ReadyMetric {
  const [metric] = createMetricCatalogue().require([name]);
  if (!metric) throw new Error(`no metric ${name}`);
  return metric;
}
