import type { Asking } from "../../../datasets/asking.ts";
import { readOutput } from "../../../datasets/protocols/protocol.ts";
import type { Reading } from "../../../domain/answers/rules.ts";
import { answerPart } from "../../../domain/answers/thinking.ts";
import type { Outcome } from "../../../domain/benchmarks/trial.ts";
import type { Sample } from "../../../domain/dataset.ts";
import type { Scorable, Score } from "../../../metrics/metric.ts";
import type { ProviderCompletion } from "../../../providers/provider.ts";
import type { ReadyMetric } from "../../catalogues/metrics.ts";
import type { ModelCall } from "../../model-calls/index.ts";
import type { Scoring } from "../../scoring/judges.ts";
import { scoreAtOnce } from "../../scoring/scoring.ts";
import type { TrialContext, TrialPolicy, TrialResult } from "./trial-context.ts";

/** The part of a model call that a trial stores. */
export interface TrialCall extends Pick<ModelCall, "latency_ms" | "ttft_ms" | "cost_usd"> {
  completion: Pick<ProviderCompletion, "text" | "model" | "finish_reason" | "usage">;
}
type TrialCompletion = TrialCall["completion"];

interface AnsweredTrial {
  prompt: Asking;
  sample: Sample;
  call: TrialCall;
  policy: TrialPolicy;
}

/** Reads the answer in an output, scores it, and returns the trial's result. */
export async function scoreAnswer(
  context: TrialContext,
  { prompt, sample, call, policy }: AnsweredTrial,
): Promise<Omit<TrialResult, "prompt_hash">> {
  const { completion, latency_ms, ttft_ms, cost_usd } = call;
  const reading = readingOf(completion, prompt, sample);
  const scorable = scorableOf(sample, reading, call);
  const { judge_failed, ...scores } = await scoresOf(context, scorable, policy);
  return {
    outcome: outcomeOf(reading.answer, completion, judge_failed),
    finish_reason: completion.finish_reason,
    answered_model: completion.model,
    output: completion.text,
    answer: reading.answer,
    read_by: reading.read_by,
    ...scores,
    usage: completion.usage,
    latency_ms,
    ttft_ms,
    cost_usd,
    error: null,
  };
}

const REFUSED: Reading = { answer: null, read_by: null, finding: "the provider's filter blocked it" };

/** A refusal has no answer, even if the protocol accepts any text as one. */
const readingOf = (
  { text, finish_reason }: TrialCompletion,
  { protocol }: Asking,
  sample: Sample,
): Reading => (finish_reason === "content_filter" ? REFUSED : readOutput(protocol, text, sample));

/** Returns the outcome. If the judge failed, that is not the model's fault; an unreadable answer is. */
function outcomeOf(
  answer: string | null,
  { finish_reason }: TrialCompletion,
  judge_failed: boolean,
): Outcome {
  if (answer !== null) return judge_failed ? "judge_failed" : "scored";
  if (finish_reason === "length") return "truncated";
  return finish_reason === "content_filter" ? "refused" : "unparseable";
}

function scorableOf(
  sample: Sample,
  { answer, finding }: Reading,
  { completion, latency_ms, ttft_ms, cost_usd }: TrialCall,
): Scorable {
  const { input, expected, context, choices } = sample;
  return {
    input,
    // Metrics and judges get what follows the model's thoughts; the trial stores the whole.
    output: answerPart(completion.text).text,
    answer,
    ...(finding === undefined ? {} : { finding }),
    finish_reason: completion.finish_reason,
    usage: completion.usage,
    latency_ms,
    ttft_ms,
    cost_usd,
    ...(expected ? { expected } : {}),
    ...(context ? { context } : {}),
    ...(choices ? { choices } : {}),
  };
}

/** Returns the scores of an answer, with the usage and cost of the scoring calls. */
async function scoresOf({ metrics, openScoring }: TrialContext, sample: Scorable, policy: TrialPolicy) {
  const scoring = openScoring(policy);
  const scores = scoreAtOnce(metrics, sample, scoring.tools);
  const byMetric = scoresByMetric(metrics, scores instanceof Promise ? await scores : scores);
  return { ...byMetric, ...scoringCosts(scoring) };
}

const noteOf = (score: Score): string | undefined => (score.value === null ? score.reason : score.note);

/** Returns null for an object without keys, as rows store it. */
const orNull = <Value>(values: Record<string, Value>) => (Object.keys(values).length > 0 ? values : null);

type ScoresByMetric = Pick<TrialResult, "scores" | "notes" | "parts"> & { judge_failed: boolean };

function scoresByMetric(metrics: readonly ReadyMetric[], all: readonly Score[]): ScoresByMetric {
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

function scoringCosts({ judged, embedded }: Scoring) {
  const [judge, embedding] = [judged(), embedded()];
  return {
    judge_usage: judge?.usage ?? null,
    judge_cost_usd: judge?.cost_usd ?? null,
    embedding_usage: embedding?.usage ?? null,
    embedding_cost_usd: embedding?.cost_usd ?? null,
  };
}
