import type { Protocol } from "../../datasets/protocol.ts";
import type { Outcome, RunRequest } from "../../domain/benchmark.ts";
import type { Message } from "../../domain/chat.ts";
import type { Sample } from "../../domain/dataset.ts";
import type { Metric, Scorable } from "../../metrics/metric.ts";
import { PluginError } from "../../plugins/plugin.ts";
import { type Provider, type ProviderCompletion, ProviderError } from "../../providers/provider.ts";
import type { TrialRow } from "../../store/trials.ts";
import type { ModelCall, ModelCalls } from "../model-calls/index.ts";
import type { TrialTransforms } from "./job-plugins.ts";

/** All that a trial of one run needs, made once a run. */
export interface TrialContext {
  modelCalls: ModelCalls;
  provider: Provider;
  run: RunRequest;
  system: string | undefined;
  protocolFor(sample: Sample): Protocol;
  metrics: readonly Metric[];
  /** Plugins that the texts go through, if there are any. */
  transforms: TrialTransforms | undefined;
}

/** What a trial found out; the runner adds where it belongs. */
export type TrialResult = Omit<TrialRow, "benchmark_id" | "run" | "repeat" | "position" | "sample_id">;

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

async function scoresOf(
  metrics: readonly Metric[],
  sample: Scorable,
): Promise<Pick<TrialResult, "scores" | "error">> {
  const scores: Record<string, number | null> = {};
  const failures: string[] = [];
  for (const metric of metrics) {
    const given = metric.score(sample);
    // Most metrics answer at once, and a benchmark has many trials: no turn of the event loop for those.
    const score = given instanceof Promise ? await given : given;
    scores[metric.name] = score.value;
    if (score.value === null && score.failed) failures.push(`${metric.name}: ${score.reason}`);
  }
  return { scores, error: failures.length > 0 ? failures.join("; ") : null };
}

/** A trial without an answer. What was called for all the same has its cost. */
const failed = (outcome: Outcome, error: ProviderError | PluginError, call?: ModelCall): TrialResult => ({
  outcome,
  output: null,
  answer: null,
  scores: {},
  usage: call?.completion.usage ?? null,
  latency_ms: call?.latency_ms ?? null,
  cost_usd: call?.cost_usd ?? null,
  error: `${error.reason}: ${error.message}`,
});

async function requestOf(context: TrialContext, protocol: Protocol, sample: Sample, repeat: number) {
  const { run, system, transforms } = context;
  const asked = protocol.prompt(sample);
  const prompt = transforms ? await transforms.prompt(asked) : asked;
  const messages: Message[] =
    system === undefined ? prompt : [{ role: "system", content: system }, ...prompt];
  const choices = sample.choices ? { choices: sample.choices } : {};
  return { model: run.model, messages, question: sample.input, repeat, ...choices, ...run.params };
}

/** The call with its text as the transforms make it: that is what is scored, and kept. */
async function rewritten(call: ModelCall, transforms: TrialTransforms | undefined): Promise<ModelCall> {
  if (!transforms) return call;
  const text = await transforms.output(call.completion.text);
  return { ...call, completion: { ...call.completion, text } };
}

/**
 * Asks the model once and scores its answer. A provider's failure is an outcome, and so is a transform's; what is thrown
 * is the signal's reason, and then the trial has not taken place.
 */
export async function performTrial(
  context: TrialContext,
  sample: Sample,
  repeat: number,
  signal: AbortSignal,
): Promise<TrialResult> {
  const protocol = context.protocolFor(sample);
  let asked: ModelCall | undefined;
  try {
    const request = await requestOf(context, protocol, sample, repeat);
    asked = await context.modelCalls.call(context.provider, request, { signal, priority: "batch" });
    const call = await rewritten(asked, context.transforms);
    const answer = answerIn(call.completion, protocol, sample);
    return {
      outcome: answer === null ? outcomeWithoutAnswer(call.completion) : "scored",
      output: call.completion.text,
      answer,
      usage: call.completion.usage,
      latency_ms: call.latency_ms,
      cost_usd: call.cost_usd,
      ...(await scoresOf(context.metrics, scorableOf(sample, answer, call))),
    };
  } catch (error) {
    if (signal.aborted && (error instanceof ProviderError || error instanceof PluginError))
      throw signal.reason;
    if (error instanceof ProviderError) return failed("provider_error", error);
    if (error instanceof PluginError) return failed("skipped", error, asked);
    throw error;
  }
}
