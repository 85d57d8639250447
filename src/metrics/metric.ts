import type { TObject } from "@sinclair/typebox";
import type { Message, ResponseFormat } from "../domain/completions/chat.ts";
import type { ProviderCompletion, SamplingParams, Usage } from "../domain/completions/completion.ts";
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
  /** Milliseconds, from the same start to the first piece of the answer; null where it was not streamed. */
  ttft_ms?: number | null;
  /** US dollars; null where the price is not known. */
  cost_usd?: number | null;
}

/**
 * A value in the metric's range, or null with the reason why there is none. Never NaN.
 * `note` is a word or two to be counted over a run, such as the class that a judge chose; `parts` is what a corpus
 * metric adds up over a run, as its value over the whole is no mean.
 */
export type Score =
  | { value: number; explanation?: string; note?: string; parts?: readonly number[] }
  | { value: null; reason: string; failure?: "judge" };

/** What a judge is asked. Whoever hands the judge in knows its provider and model, limits, retries and accounts. */
export interface JudgeRequest extends SamplingParams {
  messages: readonly Message[];
  response_format?: ResponseFormat;
  /** How many likeliest tokens to report in each place, where the provider can. */
  top_logprobs?: number;
  /** How often the same was asked before: sets samples of one question apart. */
  repeat?: number;
}

export type JudgeAnswer = Pick<ProviderCompletion, "text" | "finish_reason" | "logprobs">;

/** The judge gave no answer: it could not be reached, refused the key, timed out. `message` may be shown. */
export class JudgeFailure extends Error {
  override readonly name = "JudgeFailure";
}

/** What scoring may call on; the services hand it in. */
export interface ScoringTools {
  /** Asks the judge; throws JudgeFailure, or the signal's reason. */
  judge?(request: JudgeRequest): Promise<JudgeAnswer>;
  /** One vector a text, all of one length; throws JudgeFailure. */
  embed?(texts: readonly string[], model: EmbeddingModel): Promise<readonly ArrayLike<number>[]>;
  signal?: AbortSignal;
}

export interface EmbeddingModel {
  provider: string;
  model: string;
}

/** All facts about a metric, in one place. */
export interface MetricFacts {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  /** Lowest and highest value, null where there is no bound. */
  readonly range: readonly [number | null, number | null];
  /** Whether each score is 0 or 1: right or wrong. */
  readonly binary?: boolean;
  readonly better: "higher" | "lower";
  /** What it can't be computed without. */
  readonly requires: MetricListing["requires"];
  /** Where a metric has several methods: the one this object computes. */
  readonly method?: Method;
  /** The definition that is computed, and whose it is. */
  readonly source: string;
  /** Of one by a judge: changes with anything that the judge is told, and with how its replies count. */
  readonly prompt_version?: string;
}

/** One measure of an answer. */
export interface Metric extends MetricFacts {
  /** Of a metric that compares embeddings: the model that makes them. */
  readonly embedding?: EmbeddingModel;
  /** The plugin that computes it, where one does. */
  readonly plugin?: PinnedPlugin;
  score(sample: Scorable, tools?: ScoringTools): Score | Promise<Score>;
  /**
   * Sums up the values of a run's scored trials. `clusters` says of which sample each is, where samples were asked
   * more than once: repeats of one sample are no independent evidence.
   */
  summarize(values: Float64Array, clusters?: Uint32Array): MetricSummary;
  /** Of a corpus metric: its value over trials whose `parts` add up to these. */
  scoreParts?(sums: Float64Array): number;
  /** Of a corpus metric: sums up the `parts` of a run's scores. Lets others in, as resampling takes its time. */
  summarizeParts?(parts: readonly (readonly number[])[], clusters?: Uint32Array): Promise<MetricSummary>;
}

/** A metric that takes parameters: its facts, and how they make a metric. */
export interface ParametricMetric extends MetricFacts {
  /** A closed object schema; what is left out of `params` takes the schema's defaults. */
  readonly parameters: TObject;
  /** From checked parameters. Throws BAD_REQUEST (`badField`) for what no schema can say, such as a bad pattern. */
  create(params: Record<string, unknown>): Metric;
}

export type MetricEntry = Metric | ParametricMetric;

export const isParametric = (entry: MetricEntry): entry is ParametricMetric => "parameters" in entry;

/** The schema of a request's `params`: what has a default may be left out. */
const paramsSchema = (parameters: TObject): Record<string, unknown> => ({
  ...parameters,
  required: (parameters.required ?? []).filter((name) => parameters.properties[name]?.default === undefined),
});

/** The facts of a metric that are printed in the catalogue; `methods` are those of all its forms. */
export const listingOf = (entry: MetricEntry, methods: readonly Method[] = []): MetricListing => ({
  name: entry.name,
  description: entry.description,
  unit: entry.unit,
  range: [...entry.range],
  better: entry.better,
  requires: [...entry.requires],
  ...(methods.length > 0 ? { methods: [...methods] } : {}),
  parameters: isParametric(entry) ? paramsSchema(entry.parameters) : null,
  source: entry.source,
});
