import type { Asking } from "../../datasets/protocols.ts";
import type { Message } from "../../domain/chat.ts";
import { letterOf, type Sample } from "../../domain/dataset.ts";
import { canonicalJson, sha256 } from "../../domain/hash.ts";
import { type CompletionRequest, ProviderError } from "../../providers/provider.ts";
import type { TrialRow } from "../../store/trials.ts";
import { judged } from "./answer-scoring.ts";
import { askModel } from "./ask-model.ts";
import type { TrialContext, TrialPolicy, TrialResult } from "./trial-context.ts";

/** Enough of a hash to tell prompts apart, little enough to keep one a trial. */
const HASH_DIGITS = 32;
const promptHash = ({ messages }: CompletionRequest): string =>
  sha256(canonicalJson(messages)).slice(0, HASH_DIGITS);

/** The row of a trial in which there was nothing to score. */
const unanswered = ({
  outcome,
  prompt_hash,
  error,
}: Pick<TrialResult, "outcome" | "prompt_hash" | "error">): TrialResult => ({
  outcome,
  prompt_hash,
  finish_reason: null,
  answered_model: null,
  output: null,
  answer: null,
  scores: {},
  notes: null,
  parts: null,
  usage: null,
  latency_ms: null,
  ttft_ms: null,
  cost_usd: null,
  judge_usage: null,
  judge_cost_usd: null,
  embedding_usage: null,
  embedding_cost_usd: null,
  error,
});

const failed = ({ reason, message }: ProviderError, request: CompletionRequest): TrialResult =>
  unanswered({
    outcome: "provider_error",
    prompt_hash: promptHash(request),
    error: `${reason}: ${message}`,
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

/**
 * Asks the model once and scores its answer. A provider's failure is an outcome; what is thrown is the
 * signal's reason or OverBudget, and then the trial has not taken place.
 */
export async function performTrial(
  context: TrialContext,
  sample: Sample,
  { position, repeat }: { position: number; repeat: number },
  policy: TrialPolicy,
): Promise<TrialResult> {
  const asked = context.asking(sample, position);
  const request = requestOf(context, asked, sample, repeat);
  try {
    const call = await askModel(context, request, { ...policy, priority: "batch" });
    return { prompt_hash: promptHash(request), ...(await judged(context, asked, sample, call, policy)) };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    if (policy.signal.aborted) throw policy.signal.reason;
    return failed(error, request);
  }
}
