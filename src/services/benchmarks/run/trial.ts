import { canonicalJson, sha256 } from "../../../base/hash.ts";
import type { Asking } from "../../../datasets/asking.ts";
import type { Sample } from "../../../domain/dataset.ts";
import { PluginError } from "../../../plugins/plugin.ts";
import { type CompletionRequest, type Provider, ProviderError } from "../../../providers/provider.ts";
import type { TrialRow } from "../../../store/trials.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import type { CallPolicy, ModelCall, ModelCalls } from "../../model-calls/index.ts";
import { scoreAnswer } from "./answer-scoring.ts";
import type { TrialTransforms } from "./job-plugins.ts";
import type { TrialContext, TrialPolicy, TrialResult } from "./trial-context.ts";
import { requestOf } from "./trial-request.ts";

/** Enough digits to tell prompts apart, and few enough to store with every trial. */
const HASH_DIGITS = 32;
const promptHash = ({ messages }: CompletionRequest): string =>
  sha256(canonicalJson(messages)).slice(0, HASH_DIGITS);

/** Returns the result of a trial with nothing to score. If a call was made, its usage and cost are kept. */
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
  read_by: null,
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

/**
 * Scores the output of an earlier trial by the current protocol and metrics. A trial without output stays as it was.
 * Times and costs are those of the earlier call.
 */
export async function rescoreTrial(
  context: TrialContext,
  { sample, earlier, policy }: { sample: Sample; earlier: TrialRow; policy: TrialPolicy },
): Promise<TrialResult> {
  const { position, output, finish_reason, answered_model, usage, prompt_hash } = earlier;
  if (output === null || finish_reason === null) return unanswered(earlier);
  const completion = { text: output, finish_reason, model: answered_model ?? context.run.model, usage };
  const prompt = context.asking(sample, position);
  const call = { ...earlier, completion };
  return { prompt_hash, ...(await scoreAnswer(context, { prompt, sample, call, policy })) };
}

interface TrialToPerform {
  sample: Sample;
  /** The sample's position in its dataset. */
  position: number;
  repeat: number;
  policy: TrialPolicy;
}

/**
 * Calls the model once and scores its answer. The failure of a provider or of a transform is an outcome. Throws the
 * signal's reason or OverBudget; the trial then has not taken place.
 */
export async function performTrial(
  context: TrialContext,
  { sample, position, repeat, policy }: TrialToPerform,
): Promise<TrialResult> {
  const prompt = context.asking(sample, position);
  const { transforms, limits } = context;
  let request: CompletionRequest = requestOf(context, { sample, prompt, repeat });
  let answered: ModelCall | undefined;
  try {
    if (transforms) request = { ...request, messages: await transforms.prompt(request.messages) };
    answered = await callModel(context, request, { ...policy, limits, priority: "batch" });
    const call = await withTransformedText(answered, transforms);
    const scored = await scoreAnswer(context, { prompt, sample, call, policy });
    return { prompt_hash: promptHash(request), ...scored };
  } catch (error) {
    if (!(error instanceof ProviderError || error instanceof PluginError)) throw error;
    if (policy.signal.aborted) throw policy.signal.reason;
    if (isBlocked(error)) return blockedTrial(context, error, { request, prompt, sample, policy });
    return failedTrial(error, request, answered);
  }
}

/** Whether the provider's filter blocked the prompt or the answer. */
const isBlocked = (error: ProviderError | PluginError): error is ProviderError =>
  error instanceof ProviderError && error.code === "content_filter";

interface BlockedTrial {
  request: CompletionRequest;
  prompt: Asking;
  sample: Sample;
  policy: TrialPolicy;
}

/** Returns the result of a trial that the provider's filter blocked: a refusal, which is scored like an empty answer. */
async function blockedTrial(
  context: TrialContext,
  error: ProviderError,
  { request, prompt, sample, policy }: BlockedTrial,
): Promise<TrialResult> {
  const completion = {
    text: "",
    model: request.model,
    finish_reason: "content_filter",
    usage: null,
  } as const;
  const call = { completion, latency_ms: null, ttft_ms: null, cost_usd: null };
  const scored = await scoreAnswer(context, { prompt, sample, call, policy });
  const facts = { answered_model: null, error: `${error.reason}: ${error.message}` };
  return { prompt_hash: promptHash(request), ...scored, ...facts };
}

/** Returns the result of a trial whose provider or transform failed. After a transform's failure, the call is kept. */
function failedTrial(
  error: ProviderError | PluginError,
  request: CompletionRequest,
  answered: ModelCall | undefined,
): TrialResult {
  const isProviders = error instanceof ProviderError;
  const outcome = isProviders ? "provider_error" : "skipped";
  const facts = {
    outcome,
    prompt_hash: promptHash(request),
    error: `${error.reason}: ${error.message}`,
  } as const;
  return unanswered(facts, isProviders ? undefined : answered);
}

/** Returns the call with its text as the transforms change it. The changed text is scored and stored. */
async function withTransformedText(
  call: ModelCall,
  transforms: TrialTransforms | undefined,
): Promise<ModelCall> {
  if (!transforms) return call;
  const text = await transforms.output(call.completion.text);
  return { ...call, completion: { ...call.completion, text } };
}

interface ModelCaller {
  modelCalls: Pick<ModelCalls, "call" | "stream">;
  provider: Provider;
  metrics: readonly Pick<ReadyMetric, "requires">[];
}

/**
 * Calls the model. If a metric needs the time to the first token and the provider can stream, the answer is streamed;
 * else `ttft_ms` is null. A stream that breaks after its first piece is not retried.
 */
export async function callModel(
  { modelCalls, provider, metrics }: ModelCaller,
  request: CompletionRequest,
  policy: CallPolicy,
): Promise<ModelCall> {
  const isTimed = metrics.some(({ requires }) => requires.includes("first_token"));
  if (!isTimed || !provider.stream) return modelCalls.call(provider, request, policy);
  for await (const piece of modelCalls.stream(provider, request, policy)) {
    if (piece.type === "finish") return piece.call;
  }
  throw new Error("The stream of a model call ended without its finish piece.");
}
