import { answerIn } from "../../datasets/protocol.ts";
import type { Asking, createAsking } from "../../datasets/protocols.ts";
import type { Outcome, RunRequest } from "../../domain/benchmark.ts";
import type { Message } from "../../domain/chat.ts";
import { letterOf, type Sample } from "../../domain/dataset.ts";
import type { Metric, Scorable } from "../../metrics/metric.ts";
import { type Provider, type ProviderCompletion, ProviderError } from "../../providers/provider.ts";
import type { TrialRow } from "../../store/trials.ts";
import type { ModelCall, ModelCalls } from "../model-calls/index.ts";

/** All that a trial of one run needs, made once a run. */
export interface TrialContext {
  modelCalls: ModelCalls;
  provider: Provider;
  run: RunRequest;
  system: string | undefined;
  asking: ReturnType<typeof createAsking>;
  metrics: readonly Metric[];
}

/** What a trial found out; the runner adds where it belongs. */
export type TrialResult = Omit<TrialRow, "benchmark_id" | "run" | "repeat" | "position" | "sample_id">;

/** What a refusal says is not an answer, even where a protocol would take any text for one. */
const answerOf = ({ text, finish_reason }: ProviderCompletion, { protocol }: Asking, sample: Sample) =>
  finish_reason === "content_filter" ? null : answerIn(protocol, text, sample);

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

async function scoresOf(
  metrics: readonly Metric[],
  sample: Scorable,
): Promise<Record<string, number | null>> {
  const scores: Record<string, number | null> = {};
  for (const metric of metrics) {
    const score = metric.score(sample);
    // Most metrics answer at once, and a benchmark has many trials: no turn of the event loop for those.
    scores[metric.name] = (score instanceof Promise ? await score : score).value;
  }
  return scores;
}

const failed = (error: ProviderError): TrialResult => ({
  outcome: "provider_error",
  output: null,
  answer: null,
  scores: {},
  usage: null,
  latency_ms: null,
  cost_usd: null,
  error: `${error.reason}: ${error.message}`,
});

/** The choices as text, and as this protocol has a model write them. */
function choicesOf({ choices }: Sample, { protocol: { write } }: Asking) {
  if (!choices) return {};
  return write ? { choices, answers: choices.map((_, index) => write(letterOf(index))) } : { choices };
}

function requestOf({ run, system }: TrialContext, asked: Asking, sample: Sample, repeat: number) {
  const prompt = asked.messages;
  const messages: Message[] =
    system === undefined ? prompt : [{ role: "system", content: system }, ...prompt];
  return {
    model: run.model,
    messages,
    question: sample.input,
    repeat,
    ...choicesOf(sample, asked),
    ...asked.protocol.params,
    ...run.params,
  };
}

/**
 * Asks the model once and scores its answer. A provider's failure is an outcome; what is thrown is the
 * signal's reason, and then the trial has not taken place.
 */
export async function performTrial(
  context: TrialContext,
  sample: Sample,
  { position, repeat }: { position: number; repeat: number },
  signal: AbortSignal,
): Promise<TrialResult> {
  const asked = context.asking(sample, position);
  try {
    const request = requestOf(context, asked, sample, repeat);
    const call = await context.modelCalls.call(context.provider, request, { signal, priority: "batch" });
    const answer = answerOf(call.completion, asked, sample);
    return {
      outcome: answer === null ? outcomeWithoutAnswer(call.completion) : "scored",
      output: call.completion.text,
      answer,
      scores: await scoresOf(context.metrics, scorableOf(sample, answer, call)),
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
