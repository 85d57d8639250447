import { answerIn } from "../../datasets/protocol.ts";
import type { Asking, createAsking } from "../../datasets/protocols.ts";
import type { RunRequest } from "../../domain/benchmark.ts";
import type { Message } from "../../domain/chat.ts";
import { letterOf, type Sample } from "../../domain/dataset.ts";
import { canonicalJson, sha256 } from "../../domain/hash.ts";
import type { Outcome } from "../../domain/trial.ts";
import type { Scorable, Score } from "../../metrics/metric.ts";
import { PluginError } from "../../plugins/plugin.ts";
import {
  type CompletionRequest,
  type Provider,
  type ProviderCompletion,
  ProviderError,
} from "../../providers/provider.ts";
import type { TrialRow } from "../../store/trials.ts";
import type { Scoring } from "../judges.ts";
import type { ReadyMetric } from "../metric-catalogue.ts";
import type { ModelCall, ModelCalls } from "../model-calls/index.ts";
import type { Ledger } from "../model-calls/ledger.ts";
import { scoreAtOnce } from "../scoring.ts";
import { askModel } from "./ask-model.ts";
import type { TrialTransforms } from "./job-plugins.ts";

/** All that a trial of one run needs, made once a run. */
export interface TrialContext {
  modelCalls: ModelCalls;
  provider: Provider;
  run: RunRequest;
  system: string | undefined;
  asking: ReturnType<typeof createAsking>;
  metrics: readonly ReadyMetric[];
  /** Opens the accounts of one trial's scoring, with what the metrics may call on. */
  openScoring(policy: TrialPolicy): Scoring;
  /** Plugins that the texts go through, if there are any. */
  transforms: TrialTransforms | undefined;
}

/** What a trial found out; the runner adds where it belongs. */
export type TrialResult = Omit<
  TrialRow,
  "benchmark_id" | "run" | "repeat" | "position" | "sample_id" | "group" | "spent_usd"
>;

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
  { completion, latency_ms, ttft_ms, cost_usd }: ModelCall,
): Scorable {
  const { input, expected, context, choices } = sample;
  return {
    input,
    output: completion.text,
    answer,
    usage: completion.usage,
    latency_ms,
    ttft_ms,
    cost_usd,
    ...(expected ? { expected } : {}),
    ...(context ? { context } : {}),
    ...(choices ? { choices } : {}),
  };
}

const noteOf = (score: Score): string | undefined => (score.value === null ? score.reason : score.note);

/** `values` as the key of a row, null where there is none. */
const orNull = <Value>(values: Record<string, Value>) => (Object.keys(values).length > 0 ? values : null);

type Scored = Pick<TrialResult, "scores" | "notes" | "parts"> & { judge_failed: boolean };

function scoredBy(metrics: readonly ReadyMetric[], all: readonly Score[]): Scored {
  const scores: Record<string, number | null> = {};
  const notes: Record<string, string> = {};
  const parts: Record<string, readonly number[]> = {};
  let judge_failed = false;
  for (const [index, { key }] of metrics.entries()) {
    const score = all[index] as Score;
    const note = noteOf(score);
    scores[key] = score.value;
    if (note !== undefined) notes[key] = note;
    if (score.value !== null && score.parts) parts[key] = score.parts;
    judge_failed ||= score.value === null && score.failure === "judge";
  }
  return { scores, notes: orNull(notes), parts: orNull(parts), judge_failed };
}

const accountsOf = ({ judged, embedded }: Scoring) => {
  const [judge, embedding] = [judged(), embedded()];
  return {
    judge_usage: judge?.usage ?? null,
    judge_cost_usd: judge?.cost_usd ?? null,
    embedding_usage: embedding?.usage ?? null,
    embedding_cost_usd: embedding?.cost_usd ?? null,
  };
};

/** The answer's scores, and what it took to have them. */
async function scoresOf({ metrics, openScoring }: TrialContext, sample: Scorable, policy: TrialPolicy) {
  const scoring = openScoring(policy);
  const scores = scoreAtOnce(metrics, sample, scoring.tools);
  const scored = scoredBy(metrics, scores instanceof Promise ? await scores : scores);
  return { ...scored, ...accountsOf(scoring) };
}

/** An answer that could be read and was not judged is not the model's fault, unlike one that could not be read. */
function outcomeOf(answer: string | null, completion: ProviderCompletion, judge_failed: boolean): Outcome {
  if (answer === null) return outcomeWithoutAnswer(completion);
  return judge_failed ? "judge_failed" : "scored";
}

/** Enough of a hash to tell prompts apart, little enough to keep one a trial. */
const HASH_DIGITS = 32;
const promptHash = ({ messages }: CompletionRequest): string =>
  sha256(canonicalJson(messages)).slice(0, HASH_DIGITS);

/** A trial without an answer. What was called for all the same has its cost. */
const failed = (
  outcome: Outcome,
  error: ProviderError | PluginError,
  request: CompletionRequest,
  call?: ModelCall,
): TrialResult => ({
  outcome,
  prompt_hash: promptHash(request),
  answered_model: call?.completion.model ?? null,
  output: null,
  answer: null,
  scores: {},
  notes: null,
  parts: null,
  usage: call?.completion.usage ?? null,
  latency_ms: call?.latency_ms ?? null,
  ttft_ms: call?.ttft_ms ?? null,
  cost_usd: call?.cost_usd ?? null,
  judge_usage: null,
  judge_cost_usd: null,
  embedding_usage: null,
  embedding_cost_usd: null,
  error: `${error.reason}: ${error.message}`,
});

/** The choices as text, and as this protocol has a model write them. */
function choicesOf({ choices }: Sample, { protocol: { write } }: Asking) {
  if (!choices) return {};
  return write ? { choices, answers: choices.map((_, index) => write(letterOf(index))) } : { choices };
}

/** What the model of a run is asked about a sample. */
export function requestOf(
  { run, system }: Pick<TrialContext, "run" | "system">,
  asked: Asking,
  sample: Sample,
  repeat: number,
) {
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

/** Who ends a trial before its time, and who pays for its calls. */
export interface TrialPolicy {
  signal: AbortSignal;
  ledger?: Ledger | undefined;
}

/** The call with its text as the transforms make it: that is what is scored, and kept. */
async function rewritten(call: ModelCall, transforms: TrialTransforms | undefined): Promise<ModelCall> {
  if (!transforms) return call;
  const text = await transforms.output(call.completion.text);
  return { ...call, completion: { ...call.completion, text } };
}

/**
 * Asks the model once and scores its answer. A provider's failure is an outcome, and so is a transform's; what is thrown
 * is the signal's reason or OverBudget, and then the trial has not taken place.
 */
export async function performTrial(
  context: TrialContext,
  sample: Sample,
  { position, repeat }: { position: number; repeat: number },
  policy: TrialPolicy,
): Promise<TrialResult> {
  const asked = context.asking(sample, position);
  const { transforms } = context;
  let request: CompletionRequest = requestOf(context, asked, sample, repeat);
  let answered: ModelCall | undefined;
  try {
    if (transforms) request = { ...request, messages: await transforms.prompt(request.messages) };
    answered = await askModel(context, request, { ...policy, priority: "batch" });
    const call = await rewritten(answered, transforms);
    const answer = answerOf(call.completion, asked, sample);
    const { judge_failed, ...scored } = await scoresOf(context, scorableOf(sample, answer, call), policy);
    return {
      outcome: outcomeOf(answer, call.completion, judge_failed),
      prompt_hash: promptHash(request),
      answered_model: call.completion.model,
      output: call.completion.text,
      answer,
      ...scored,
      usage: call.completion.usage,
      latency_ms: call.latency_ms,
      ttft_ms: call.ttft_ms,
      cost_usd: call.cost_usd,
      error: null,
    };
  } catch (error) {
    if (!(error instanceof ProviderError || error instanceof PluginError)) throw error;
    if (policy.signal.aborted) throw policy.signal.reason;
    if (error instanceof ProviderError) return failed("provider_error", error, request);
    return failed("skipped", error, request, answered);
  }
}
