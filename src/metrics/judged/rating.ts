import { Type } from "@sinclair/typebox";
import { TOP_LOGPROBS_MAX } from "../../domain/completions/completion.ts";
import { JudgeFailure, type Scorable } from "../metric.ts";
import { type Ask, type Sampling, settled } from "./asking/ask.ts";
import { type Question, Reason } from "./asking/question.ts";
import { Unusable } from "./asking/reading.ts";
import { excerpt, type TextName, textsOf } from "./asking/texts.ts";
import type { Procedure } from "./judged-metric.ts";
import { type Scale, weightedScore } from "./weighted-score.ts";

/** A judge that gives marks by criteria, as in G-Eval. */
export interface RatingJudge {
  readonly criteria: string;
  /** How to go about it, one step after another. */
  readonly steps: readonly string[];
  readonly scale: Scale;
  /** The texts that it is shown. */
  readonly texts: readonly TextName[];
  /** How many marks are drawn where there are no log-probabilities. */
  readonly samples: number;
}

const SAMPLING_TEMPERATURE = 1;
const EXPLANATION_MAX = 1000;

/** Of G-Eval's samples, in the form of a parameter. */
export const Samples = Type.Integer({
  minimum: 1,
  maximum: 20,
  default: 3,
  description:
    "Where the judge's provider gives no log-probabilities: how many more marks are drawn at temperature 1, to be " +
    "averaged; with 1, the one mark given at temperature 0 is taken.",
});

const taskOf = ({ criteria, steps, scale: [lowest, highest] }: RatingJudge): string =>
  [
    `Give the output a mark from ${lowest} (worst) to ${highest} (best), a whole number, by these criteria:`,
    criteria,
    ...(steps.length > 0 ? ["Go about it in these steps:"] : []),
    ...steps.map((step, index) => `${index + 1}. ${step}`),
  ].join("\n");

/** The score stands last, after what was thought of it: its token is then the last that spells it. */
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
    ask(
      question,
      texts,
      ({ score, reason = "" }) => {
        if (score < lowest || score > highest)
          throw new Unusable(`the score ${score} is not from ${lowest} to ${highest}`);
        return { score, reason: excerpt(reason, EXPLANATION_MAX) };
      },
      sampling,
    );
}

/** The first mark, with log-probabilities; without them where the provider takes no such request, or not for twenty. */
async function firstMark(mark: ReturnType<typeof createMarks>) {
  try {
    return await mark({ top_logprobs: TOP_LOGPROBS_MAX });
  } catch (error) {
    if (!(error instanceof JudgeFailure) || !/logprobs/i.test(error.message)) throw error;
    return mark({});
  }
}

/**
 * The mark that is to be expected of this judge, put on a scale from 0 to 1: weighted by the probabilities of the marks
 * where the provider tells them, else the mean of `samples` marks. G-Eval drew 20 at temperature 2, which most
 * providers don't take.
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
      const { result: first, logprobs } = await firstMark(mark);
      const weighted = weightedScore(logprobs, first.score, scale);
      if (weighted !== null) return { value: ratio(weighted), explanation: first.reason };
      if (samples === 1) return { value: ratio(first.score), explanation: first.reason };
      const drawn = await settled(
        Array.from({ length: samples }, (_, repeat) => mark({ temperature: SAMPLING_TEMPERATURE, repeat })),
      );
      const sum = drawn.reduce((total, { result }) => total + ratio(result.score), 0);
      return { value: sum / samples, explanation: first.reason };
    },
  };
}
