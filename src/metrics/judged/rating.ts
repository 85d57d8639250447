import { Type } from "@sinclair/typebox";
import type { TokenLogprob } from "../../domain/completions/chat.ts";
import { TOP_LOGPROBS_MAX } from "../../domain/completions/completion.ts";
import type { Scorable } from "../metric.ts";
import { type Ask, type Sampling, settleAll } from "./asking/ask.ts";
import { type Question, Reason } from "./asking/question.ts";
import { Unusable } from "./asking/reading.ts";
import { excerpt, type TextName, textsOf } from "./asking/texts.ts";
import type { Procedure } from "./judged-metric.ts";

/** The lowest and the highest mark, whole numbers. */
export type Scale = readonly [lowest: number, highest: number];

const PROBABILITY_MIN = 0.01;

/** Returns the mark that a token spells, if it is on the scale. */
function scoreIn(token: string, [lowest, highest]: Scale): number | undefined {
  const text = token.trim();
  const score = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return score >= lowest && score <= highest ? score : undefined;
}

/**
 * Returns Σ score · p / Σ p over the likely marks at the position of the given one; null if that is unknown. The
 * position is the last token that spells the given mark. Only decimal numbers with a probability of at least 1 %
 * count. The weighting is G-Eval's (Liu et al. 2023, arXiv 2303.16634) as DeepEval computes it
 * (confident-ai/deepeval, metrics/g_eval/utils.py, `calculate_weighted_summed_score` as of #3060), except that
 * marks beyond the scale are ignored.
 */
export function weightedScore(tokens: readonly TokenLogprob[], score: number, scale: Scale): number | null {
  const place = tokens.findLast(({ token }) => token.trim() === String(score));
  let [sum, total] = [0, 0];
  for (const { token, logprob } of place?.top_logprobs ?? []) {
    const candidate = scoreIn(token, scale);
    const probability = Math.exp(logprob);
    if (candidate === undefined || !(probability >= PROBABILITY_MIN)) continue;
    sum += candidate * probability;
    total += probability;
  }
  return total > 0 && Number.isFinite(total) ? sum / total : null;
}

/** A judge that gives marks by criteria, as in G-Eval. */
export interface RatingJudge {
  readonly criteria: string;
  /** The steps that the judge follows, in order. */
  readonly steps: readonly string[];
  readonly scale: Scale;
  /** The texts that the judge receives. */
  readonly texts: readonly TextName[];
  /** How many marks are sampled if the provider gives no log-probabilities. */
  readonly samples: number;
}

const SAMPLING_TEMPERATURE = 1;
const EXPLANATION_MAX = 1000;

/** The number of G-Eval's samples, as a parameter. */
export const Samples = Type.Integer({
  minimum: 1,
  maximum: 20,
  default: 3,
  description:
    "How many marks to sample at temperature 1 and average, if the judge's provider gives no log-probabilities. With 1, " +
    "the one mark at temperature 0 is used.",
});

const taskOf = ({ criteria, steps, scale: [lowest, highest] }: RatingJudge): string =>
  [
    `Give the output a mark from ${lowest} (worst) to ${highest} (best), a whole number, by these criteria:`,
    criteria,
    ...(steps.length > 0 ? ["Go about it in these steps:"] : []),
    ...steps.map((step, index) => `${index + 1}. ${step}`),
  ].join("\n");

/** The score follows the reason, so that the last token that spells it is the score itself. */
const ratingQuestion = (judge: RatingJudge) =>
  ({
    name: "rating",
    task: taskOf(judge),
    reply: Type.Object({ reason: Reason, score: Type.Number({ description: "the mark" }) }),
  }) satisfies Question;

function createMarks(ask: Ask, judge: RatingJudge, sample: Scorable) {
  const question = ratingQuestion(judge);
  const texts = textsOf(sample, judge.texts);
  const [lowest, highest] = judge.scale;
  return (sampling: Sampling) =>
    ask({
      question,
      texts,
      sampling,
      accept({ score, reason = "" }) {
        if (score < lowest || score > highest)
          throw new Unusable(`the score ${score} is not from ${lowest} to ${highest}`);
        return { score, reason: excerpt(reason, EXPLANATION_MAX) };
      },
    });
}

/**
 * Creates a procedure that returns the judge's expected mark on a scale from 0 to 1. The mark is weighted by the
 * probabilities of the marks if the provider reports them, else it is the mean of `samples` marks. G-Eval drew 20
 * samples at temperature 2, which most providers do not accept.
 */
export function byRating(judge: RatingJudge): Procedure {
  const { scale, samples, texts } = judge;
  const [lowest, highest] = scale;
  const ratio = (score: number): number => (score - lowest) / (highest - lowest);
  return {
    questions: [ratingQuestion(judge)],
    counts: scale,
    needs: () => texts.filter((name) => name !== "input"),
    async judge(ask, sample) {
      const mark = createMarks(ask, judge, sample);
      const { result: first, logprobs } = await mark({ top_logprobs: TOP_LOGPROBS_MAX });
      const weighted = weightedScore(logprobs, first.score, scale);
      if (weighted !== null) return { value: ratio(weighted), explanation: first.reason };
      if (samples === 1) return { value: ratio(first.score), explanation: first.reason };
      const sampled_marks = await settleAll(
        Array.from({ length: samples }, (_, repeat) => mark({ temperature: SAMPLING_TEMPERATURE, repeat })),
      );
      const sum = sampled_marks.reduce((total, { result }) => total + ratio(result.score), 0);
      return { value: sum / samples, explanation: first.reason };
    },
  };
}
