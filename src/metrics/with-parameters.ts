import type { Static, TObject } from "@sinclair/typebox";
import type { Metric, MetricFacts, ParametricMetric } from "./metric.ts";

/** What parameters make of a metric, over its facts. */
type Made = Omit<Metric, keyof MetricFacts> & Partial<MetricFacts>;

/**
 * A metric that takes parameters: its facts, their schema, and what they make of it. `create` is handed them checked
 * and complete; it throws BAD_REQUEST (`badField`) for what no schema can say.
 */
export const withParameters = <Schema extends TObject>(
  facts: MetricFacts,
  parameters: Schema,
  create: (params: Static<Schema>) => Made,
): ParametricMetric => ({
  ...facts,
  parameters,
  create: (params) => ({ ...facts, ...create(params as Static<Schema>) }),
});
