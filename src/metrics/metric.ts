import type { Usage } from "../domain/completion.ts";
import type { Method, MetricListing, MetricSummary } from "../domain/metric.ts";
import type { PinnedPlugin } from "../domain/plugin.ts";

/** What a metric may look at. Texts are as the model gave them; a missing field was not to be had. */
export interface Scorable {
  input: string;
  output: string;
  /** What the protocol read out of the output as the final answer; null where it found none. */
  answer: string | null;
  /** Accepted references; of a multiple-choice sample the letter of the right choice. */
  expected?: readonly string[];
  context?: readonly string[];
  choices?: readonly string[];
  usage?: Usage | null;
  /** Milliseconds, from the start of the call to its end; absent for a cached or a foreign answer. */
  latency_ms?: number | null;
  /** US dollars; null where the price is not known. */
  cost_usd?: number | null;
}

/**
 * A value in the metric's range, or null with the reason why there is none. Never NaN. `failed` where there should have been
 * one: a benchmark counts such reasons.
 */
export type Score = { value: number; explanation?: string } | { value: null; reason: string; failed?: true };

/** One measure of an answer, with all facts about it in one place. */
export interface Metric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  /** Lowest and highest value, null where there is no bound. */
  readonly range: readonly [number | null, number | null];
  readonly better: "higher" | "lower";
  /** Fields of a Scorable without which it can't be computed. */
  readonly requires: MetricListing["requires"];
  /** Where a metric has several methods: the one this object computes. */
  readonly method?: Method;
  /** The definition that is computed, and whose it is. */
  readonly source: string;
  /** The plugin that computes it, where one does. */
  readonly plugin?: PinnedPlugin;
  score(sample: Scorable): Score | Promise<Score>;
  /**
   * Sums up the values of a run's scored trials. `clusters` says of which sample each is, where samples were asked
   * more than once: repeats of one sample are no independent evidence.
   */
  summarize(values: Float64Array, clusters?: Uint32Array): MetricSummary;
}

/** The facts of a metric that are printed in the catalogue. */
export const listingOf = (metric: Metric): MetricListing => ({
  name: metric.name,
  description: metric.description,
  unit: metric.unit,
  range: [...metric.range],
  better: metric.better,
  requires: [...metric.requires],
  ...(metric.method ? { method: metric.method } : {}),
  source: metric.source,
});
