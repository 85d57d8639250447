import type { MetricEntry } from "../metric.ts";

/** Every metric by a judge, by its name. A new one is a file in this folder and a line here. */
export const judgedMetrics = {} satisfies Record<string, MetricEntry>;
