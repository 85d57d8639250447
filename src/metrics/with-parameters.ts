import type { Static, TObject } from "@sinclair/typebox";
import type { Metric, MetricFacts, ParametricMetric } from "./metric.ts";

/** The parts of a metric that depend on its parameters; they override its facts. */
type ParametrizedParts = Omit<Metric, keyof MetricFacts> & Partial<MetricFacts>;

/**
 * Creates a metric with parameters from its facts, a schema and a factory. `create` receives checked and complete
 * parameters; it throws BAD_REQUEST (`badField`) for faults that a schema cannot express.
 */
export const withParameters = <Schema extends TObject>(
  facts: MetricFacts,
  parameters: Schema,
  create: (params: Static<Schema>) => ParametrizedParts,
): ParametricMetric => ({
  ...facts,
  parameters,
  create: (params) => ({ ...facts, ...create(params as Static<Schema>) }),
});
