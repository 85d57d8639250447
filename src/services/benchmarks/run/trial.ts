import { canonicalJson, sha256 } from "../../../base/hash.ts";
import type { Asking } from "../../../datasets/asking.ts";
import type { Message } from "../../../domain/completions/chat.ts";
import { letterOf, type Sample } from "../../../domain/dataset.ts";
import { PluginError } from "../../../plugins/plugin.ts";
import { type CompletionRequest, ProviderError } from "../../../providers/provider.ts";
import type { TrialRow } from "../../../store/trials.ts";
import type { ModelCall } from "../../model-calls/index.ts";
import { judged } from "./answer-scoring.ts";
import { askModel } from "./ask-model.ts";
import type { TrialTransforms } from "./job-plugins.ts";
import type { TrialContext, TrialPolicy, TrialResult } from "./trial-context.ts";

/** Enough of a hash to tell prompts apart, little enough to keep one a trial. */
const HASH_DIGITS = 32;
const promptHash = ({ messages }: CompletionRequest): string =>
  sha256(canonicalJson(messages)).slice(0, HASH_DIGITS);

/** A trial in which there was nothing to score. What was called for all the same has its cost. */
const unanswered = (
  { outcome, prompt_hash, error }: Pick<TrialResult, "outcome" | "prompt_hash" | "error">,
  call?: Pick<ModelCall, "completion" | "latency_ms" | "ttft_ms" | "cost_usd">,
): TrialResult => ({
  outcome,
  prompt_hash,
  finish_reason: null,
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
  error,
});

const failed = (
  outcome: TrialResult["outcome"],
  { reason, message }: ProviderError | PluginError,
  request: CompletionRequest,
  call?: ModelCall,
): TrialResult =>
  unanswered({ outcome, prompt_hash: promptHash(request), error: `${reason}: ${message}` }, call);

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

/**
 * Scores what the model answered in an earlier trial, under the protocol and by the metrics of now. What has no output
 * stays as it was. Times and costs are those of the call that was made then.
 */
export async function rescoreTrial(
  context: TrialContext,
  sample: Sample,
  earlier: TrialRow,
  policy: TrialPolicy,
): Promise<TrialResult> {
  const { position, output, finish_reason, answered_model, usage, prompt_hash } = earlier;
  if (output === null || finish_reason === null || answered_model === null) return unanswered(earlier);
  const completion = { text: output, finish_reason, model: answered_model, usage };
  const asked = context.asking(sample, position);
  return { prompt_hash, ...(await judged(context, asked, sample, { ...earlier, completion }, policy)) };
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
    const { limits } = context;
    answered = await askModel(context, request, { ...policy, limits, priority: "batch" });
    const call = await rewritten(answered, transforms);
    return { prompt_hash: promptHash(request), ...(await judged(context, asked, sample, call, policy)) };
  } catch (error) {
    if (!(error instanceof ProviderError || error instanceof PluginError)) throw error;
    if (policy.signal.aborted) throw policy.signal.reason;
    if (error instanceof ProviderError) return failed("provider_error", error, request);
    return failed("skipped", error, request, answered);
  }
}
