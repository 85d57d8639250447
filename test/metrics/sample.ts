import { findMetric } from "../../src/metrics/index.ts";
import { isParametric, type Metric, type Scorable, type Score } from "../../src/metrics/metric.ts";

/** A sample with the given fields over a plain default; its answer is its output unless given. */
export function sampleOf(fields: Partial<Scorable> = {}): Scorable {
  const output = fields.output ?? "";
  return { input: "What is the capital of France?", output, answer: output, ...fields };
}

export function metricOf(name: string): Metric {
  const metric = findMetric(name);
  if (!metric || isParametric(metric)) throw new Error(`no metric ${name} without parameters`);
  return metric;
}

/** What the metric of that name gives for such a sample. */
export const scoreOf = async (name: string, fields: Partial<Scorable>): Promise<Score> =>
  metricOf(name).score(sampleOf(fields));

/** The value alone. */
export const scoredValue = async (name: string, fields: Partial<Scorable>): Promise<number | null> =>
  (await scoreOf(name, fields)).value;
