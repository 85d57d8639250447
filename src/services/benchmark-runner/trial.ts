import type { Protocol } from "../../datasets/protocol.ts";
import type { Outcome, RunRequest } from "../../domain/benchmark.ts";
import type { Message } from "../../domain/chat.ts";
import type { Sample } from "../../domain/dataset.ts";
import type { Scorable, Score, ScoringTools } from "../../metrics/metric.ts";
import { type Provider, type ProviderCompletion, ProviderError } from "../../providers/provider.ts";
import type { TrialRow } from "../../store/trials.ts";
import type { ReadyMetric } from "../metric-catalogue.ts";
import type { ModelCall, ModelCalls } from "../model-calls/index.ts";
import type { Ledger } from "../model-calls/ledger.ts";

/** All that a trial of one run needs, made once a run. */
export interface TrialContext {
  modelCalls: ModelCalls;
  provider: Provider;
  run: RunRequest;
  system: string | undefined;
  protocolFor(sample: Sample): Protocol;
  metrics: readonly ReadyMetric[];
  /** What the metrics may call on. */
  tools: ScoringTools;
}

/** What a trial found out; the runner adds where it belongs. */
export type TrialResult = Omit<
  TrialRow,
  "benchmark_id" | "run" | "repeat" | "position" | "sample_id" | "spent_usd"
>;

/** What a refusal says is not an answer, even where a protocol would take any text for one. */
const answerIn = ({ text, finish_reason }: ProviderCompletion, protocol: Protocol, sample: Sample) =>
  finish_reason === "content_filter" ? null : protocol.extract(text, sample);

/** Why there is no answer in an output. */
function outcomeWithoutAnswer({ finish_reason }: ProviderCompletion): Outcome {
  if (finish_reason === "length") return "truncated";
  return finish_reason === "content_filter" ? "refused" : "unparseable";
}

function scorableOf(
  sample: Sample,
  answer: string | null,
  { completion, latency_ms, cost_usd }: ModelCall,
): Scorable {
  const { input, expected, context, choices } = sample;
  return {
    input,
    output: completion.text,
    answer,
    usage: completion.usage,
    latency_ms,
    cost_usd,
    ...(expected ? { expected } : {}),
    ...(context ? { context } : {}),
    ...(choices ? { choices } : {}),
  };
}

const noteOf = (score: Score): string | undefined => (score.value === null ? score.reason : score.note);

/** `values` as the key of a row, null where there is none. */
const orNull = <Value>(values: Record<string, Value>) => (Object.keys(values).length > 0 ? values : null);

async function scoresOf(
  { metrics, tools }: TrialContext,
  sample: Scorable,
): Promise<Pick<TrialResult, "scores" | "notes" | "parts">> {
  const scores: Record<string, number | null> = {};
  const notes: Record<string, string> = {};
  const parts: Record<string, readonly number[]> = {};
  for (const metric of metrics) {
    const scoring = metric.score(sample, tools);
    // Most metrics answer at once, and a benchmark has many trials: no turn of the event loop for those.
    const score = scoring instanceof Promise ? await scoring : scoring;
    const note = noteOf(score);
    scores[metric.key] = score.value;
    if (note !== undefined) notes[metric.key] = note;
    if (score.value !== null && score.parts) parts[metric.key] = score.parts;
  }
  return { scores, notes: orNull(notes), parts: orNull(parts) };
}

const failed = (error: ProviderError): TrialResult => ({
  outcome: "provider_error",
  output: null,
  answer: null,
  scores: {},
  notes: null,
  parts: null,
  usage: null,
  latency_ms: null,
  cost_usd: null,
  error: `${error.reason}: ${error.message}`,
});

/** What the model of a run is asked about a sample. */
export function requestOf(
  { run, system }: Pick<TrialContext, "run" | "system">,
  protocol: Protocol,
  sample: Sample,
  repeat: number,
) {
  const prompt = protocol.prompt(sample);
  const messages: Message[] =
    system === undefined ? prompt : [{ role: "system", content: system }, ...prompt];
  const choices = sample.choices ? { choices: sample.choices } : {};
  return { model: run.model, messages, question: sample.input, repeat, ...choices, ...run.params };
}

/** Who ends a trial before its time, and who pays for its calls. */
interface TrialPolicy {
  signal: AbortSignal;
  ledger?: Ledger | undefined;
}

/**
 * Asks the model once and scores its answer. A provider's failure is an outcome; what is thrown is the
 * signal's reason or OverBudget, and then the trial has not taken place.
 */
export async function performTrial(
  context: TrialContext,
  sample: Sample,
  repeat: number,
  { signal, ledger }: TrialPolicy,
): Promise<TrialResult> {
  const protocol = context.protocolFor(sample);
  try {
    const request = requestOf(context, protocol, sample, repeat);
    const call = await context.modelCalls.call(context.provider, request, {
      signal,
      ledger,
      priority: "batch",
    });
    const answer = answerIn(call.completion, protocol, sample);
    return {
      outcome: answer === null ? outcomeWithoutAnswer(call.completion) : "scored",
      output: call.completion.text,
      answer,
      ...(await scoresOf(context, scorableOf(sample, answer, call))),
      usage: call.completion.usage,
      latency_ms: call.latency_ms,
      cost_usd: call.cost_usd,
      error: null,
    };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    if (signal.aborted) throw signal.reason;
    return failed(error);
  }
}
