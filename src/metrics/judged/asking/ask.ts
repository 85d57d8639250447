import type { Static, TObject } from "@sinclair/typebox";
import type { TokenLogprob } from "../../../domain/completions/chat.ts";
import { type JudgeAnswer, JudgeFailure, type JudgeRequest, type ScoringTools } from "../../metric.ts";
import { messagesOf, repairOf } from "./prompt.ts";
import { formatOf, type Question } from "./question.ts";
import { readReply, Unusable } from "./reading.ts";
import type { Texts } from "./texts.ts";

/** How a question is asked where it is not asked once and at temperature 0. */
export type Sampling = Pick<JudgeRequest, "temperature" | "top_logprobs" | "repeat">;

export interface Answered<Result> {
  result: Result;
  /** Empty where the provider gave none. */
  logprobs: readonly TokenLogprob[];
}

/** What `accept` makes of the judge's answer. Throws Unusable for one that is worth another try. */
function resultOf<Reply extends TObject, Result>(
  { text, finish_reason }: JudgeAnswer,
  { reply }: Question<Reply>,
  accept: (reply: Static<Reply>) => Result,
): Result {
  if (finish_reason === "content_filter") throw new JudgeFailure("The judge refused to answer.");
  if (finish_reason === "length") throw new Unusable("it was cut off before its end: be shorter");
  return accept(readReply(text, reply));
}

/**
 * Asks this judge. What can't be used is told to it and asked once more; then it is a JudgeFailure. `accept` checks what
 * a schema can't say, such as the number of verdicts, and throws Unusable. Never limits the length of an answer:
 * a model that thinks first would return nothing.
 */
export const createAsk = (judge: NonNullable<ScoringTools["judge"]>) =>
  async function ask<Reply extends TObject, Result>(
    question: Question<Reply>,
    texts: Texts,
    accept: (reply: Static<Reply>) => Result,
    sampling: Sampling = {},
  ): Promise<Answered<Result>> {
    const messages = messagesOf(question, texts);
    const request = { messages, response_format: formatOf(question), temperature: 0, ...sampling };
    const answer = await judge(request);
    try {
      return { result: resultOf(answer, question, accept), logprobs: answer.logprobs ?? [] };
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      const again = await judge({ ...request, messages: repairOf(messages, answer.text, error.message) });
      return { result: lastResultOf(again, question, accept), logprobs: again.logprobs ?? [] };
    }
  };

export type Ask = ReturnType<typeof createAsk>;

function lastResultOf<Reply extends TObject, Result>(
  ...answer: [JudgeAnswer, Question<Reply>, (reply: Static<Reply>) => Result]
): Result {
  try {
    return resultOf(...answer);
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    throw new JudgeFailure(`The judge's reply could not be used, twice over: ${error.message}.`);
  }
}

/** All results in order once every call has ended, so that none goes on, and costs, unseen; else the first failure. */
export async function settled<Result>(calls: readonly Promise<Result>[]): Promise<Result[]> {
  await Promise.allSettled(calls);
  return Promise.all(calls);
}
