import type { Metric } from "../metric.ts";
import { times } from "../summary.ts";
import { NOT_MEASURED, scoreMeasurement } from "./measurement.ts";

export const latency: Metric = {
  name: "latency",
  description: "Time from the start of the call, after any wait for a free slot, to its end.",
  unit: "ms",
  range: [0, null],
  better: "lower",
  requires: ["timing"],
  source: "Wall-clock time of the call; percentiles interpolated linearly as numpy.percentile does.",
  score: ({ latency_ms }) => scoreMeasurement(latency_ms, NOT_MEASURED),
  summarize: (values) => times(values, latency),
};
