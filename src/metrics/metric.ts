import type { TObject } from "@sinclair/typebox";
import type { Message, ResponseFormat } from "../domain/completions/chat.ts";
import type {
  FinishReason,
  ProviderCompletion,
  SamplingParams,
  Usage,
} from "../domain/completions/completion.ts";
import type { Agreement, LexicalForm, Method, MetricListing, MetricSummary } from "../domain/metric.ts";
import type { PinnedPlugin } from "../domain/plugin.ts";

/**
 * The fields of a sample that a metric may read. Texts are as the model gave them; a field is absent if it is
 * unknown.
 */
export interface Scorable {
  input: string;
  output: string;
  /** The final answer that the protocol read from the output; null if it found none. */
  answer: string | null;
  /** What was found in place of an answer; absent if there is an answer. */
  finding?: string;
  /** Why the provider ended the answer; absent if no call was made. */
  finish_reason?: FinishReason;
  /** Accepted references; for a multiple-choice sample, the letter of the right choice. */
  expected?: readonly string[];
  context?: readonly string[];
  choices?: readonly string[];
  usage?: Usage | null;
  /**
   * Milliseconds from the start of the call to its end; absent if the answer came from a cache or from the request.
   */
  latency_ms?: number | null;
  /** Milliseconds from the same start to the first piece of the answer; null if the answer was not streamed. */
  ttft_ms?: number | null;
  /** US dollars; null if the price is unknown. */
  cost_usd?: number | null;
}

/**
 * A value in the metric's range, or null with the reason. Never NaN.
 * `note` is a short label that is counted over a run, such as the class that a judge chose. `parts` are the counts
 * of a corpus metric: they are added up over a run, because its value over the run is not a mean.
 */
export type Score =
  | { value: number; explanation?: string; note?: string; parts?: readonly number[] }
  | { value: null; reason: string; failure?: "judge" };

/**
 * A request to the judge. The caller that provides the judge knows its provider, model, limits, retries and
 * accounts.
 */
export interface JudgeRequest extends SamplingParams {
  messages: readonly Message[];
  response_format?: ResponseFormat;
  /** How many of the likeliest tokens to report at each position, if the provider can. */
  top_logprobs?: number;
  /** How many times this request was sent before: distinguishes samples of one question. */
  repeat?: number;
  /** Whether the judge is to be asked even if it has answered this before. */
  fresh?: boolean;
}

/** `cached` is true if the judge had given this answer before. */
export type JudgeAnswer = Pick<ProviderCompletion, "text" | "finish_reason" | "logprobs"> & {
  cached?: boolean;
};

/** The judge gave no answer: it was unreachable, refused the key or timed out. `message` may be shown to users. */
export class JudgeFailure extends Error {
  override readonly name = "JudgeFailure";
}

/** The calls to models that a metric may make; the services provide them. */
export interface ScoringTools {
  /** Asks the judge; throws JudgeFailure, or the signal's reason. */
  judge?(request: JudgeRequest): Promise<JudgeAnswer>;
  /** Returns one vector for each text, all of the same length; throws JudgeFailure. */
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
  /** Lowest and highest value; null means unbounded. */
  readonly range: readonly [number | null, number | null];
  /** Whether each score is either 0 (wrong) or 1 (right). */
  readonly binary?: boolean;
  readonly better: "higher" | "lower";
  /** The inputs without which it cannot be computed. */
  readonly requires: MetricListing["requires"];
  /** Whether it takes long for long texts, which are then scored in another process. */
  readonly slow?: boolean;
  /** The method that this object computes, if the metric has several. */
  readonly method?: Method;
  /**
   * Whether an evaluation that nobody can judge scores null by this metric; otherwise such a request is refused.
   */
  readonly optional_judge?: boolean;
  /** The definition that is computed, and its origin. */
  readonly source: string;
  /** How well the metric agrees with people's judgement, as it was measured. */
  readonly agreement?: readonly Agreement[];
  /** For judged metrics: changes with any text that the judge receives, and with how its replies are scored. */
  readonly prompt_version?: string;
}

/** A built-in metric by its name and complete parameters. */
export interface MetricOrigin {
  name: string;
  params: Record<string, unknown>;
}

/** One measure of an answer. */
export interface Metric extends MetricFacts {
  /** For metrics that compare embeddings: the model that computes them. */
  readonly embedding?: EmbeddingModel;
  /** For slow metrics that are built in: what another process needs to compute it. */
  readonly origin?: MetricOrigin;
  /** The parameter without which it scores samples with choices only. */
  readonly choices_or?: string;
  /** The plugin that computes the metric, if one does. */
  readonly plugin?: PinnedPlugin;
  score(sample: Scorable, tools?: ScoringTools): Score | Promise<Score>;
  /**
   * Summarises the values of a run's scored trials. `clusters` gives each value's sample if samples have several
   * trials: repeats of one sample are not independent evidence.
   */
  summarize(values: Float64Array, clusters?: Uint32Array): MetricSummary;
  /** For corpus metrics: the value over all trials whose `parts` have these sums. */
  scoreParts?(sums: Float64Array): number;
  /** For corpus metrics that count trials in cells: the number of sums, and the one that a trial's parts add 1 to. */
  readonly cells?: { readonly count: number; of(parts: readonly number[]): number };
  /**
   * For corpus metrics: summarises the `parts` of a run's scores. Yields to the event loop, because resampling is
   * slow.
   */
  summarizeParts?(parts: readonly (readonly number[])[], clusters?: Uint32Array): Promise<MetricSummary>;
}

/** A metric with parameters: its facts, and a factory of metrics. */
export interface ParametricMetric extends MetricFacts {
  /** A closed object schema; a parameter missing from `params` takes its default. */
  readonly parameters: TObject;
  /**
   * Creates a metric from checked parameters. Throws BAD_REQUEST (`badField`) for faults that a schema cannot
   * express, such as a bad pattern.
   */
  create(params: Record<string, unknown>): Metric;
}

export type MetricEntry = Metric | ParametricMetric;

export const isParametric = (entry: MetricEntry): entry is ParametricMetric => "parameters" in entry;

/** The schema of a request's `params`: a parameter with a default is optional. */
const paramsSchema = (parameters: TObject): Record<string, unknown> => ({
  ...parameters,
  required: (parameters.required ?? []).filter((name) => parameters.properties[name]?.default === undefined),
});

const lexicalFormOf = ({ description, requires, source, agreement = [] }: MetricFacts): LexicalForm => ({
  description,
  requires: [...requires],
  source,
  agreement: [...agreement],
});

/** Returns the facts that the catalogue shows, of a metric with these forms, the preferred one first. */
export const listingOf = (entry: MetricEntry, forms: readonly MetricEntry[] = [entry]): MetricListing => ({
  name: entry.name,
  description: entry.description,
  unit: entry.unit,
  range: [...entry.range],
  better: entry.better,
  requires: [...entry.requires],
  ...methodsOf(forms),
  parameters: isParametric(entry) ? paramsSchema(entry.parameters) : null,
  source: entry.source,
});

function methodsOf(forms: readonly MetricEntry[]): Pick<MetricListing, "methods" | "lexical"> {
  const methods = forms.flatMap(({ method }) => method ?? []);
  const lexical = forms.find(({ method }) => method === "lexical");
  return {
    ...(methods.length > 0 ? { methods } : {}),
    ...(lexical ? { lexical: lexicalFormOf(lexical) } : {}),
  };
}
