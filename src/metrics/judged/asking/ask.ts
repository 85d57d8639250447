import type { Static, TObject } from "@sinclair/typebox";
import { answerPart } from "../../../domain/answers/thinking.ts";
import type { TokenLogprob } from "../../../domain/completions/chat.ts";
import { type JudgeAnswer, JudgeFailure, type JudgeRequest, type ScoringTools } from "../../metric.ts";
import { messagesOf, repairOf } from "./prompt.ts";
import { formatOf, type Question } from "./question.ts";
import { readReply, Unusable } from "./reading.ts";
import type { Texts } from "./texts.ts";

/** Deviations from the default sampling: one call, at temperature 0. */
export type Sampling = Pick<JudgeRequest, "temperature" | "top_logprobs" | "repeat">;

interface Inquiry<Reply extends TObject, Result> {
  question: Question<Reply>;
  texts: Texts;
  /** Checks what a schema cannot express, such as the number of verdicts, and throws Unusable. */
  accept(reply: Static<Reply>): Result;
  sampling?: Sampling;
}

export interface Answered<Result> {
  result: Result;
  /** Empty if the provider gave none. */
  logprobs: readonly TokenLogprob[];
}

/** Returns the result of `accept` for the judge's answer. Throws Unusable if it is worth another attempt. */
function resultOf<Reply extends TObject, Result>(
  { text, finish_reason }: JudgeAnswer,
  { question: { reply }, texts, accept }: Inquiry<Reply, Result>,
): Result {
  if (finish_reason === "content_filter") throw new JudgeFailure("The judge refused to answer.");
  if (finish_reason === "length") throw new Unusable("it was cut off before its end: be shorter");
  return accept(readReply(text, reply, texts));
}

/** The judge's two replies could not be used. */
class TwiceUnusable extends JudgeFailure {
  constructor(
    fault: string,
    readonly from_cache: boolean,
  ) {
    super(`The judge's reply could not be used, nor could its second reply: ${fault}.`);
  }
}

/**
 * Returns a function that asks this judge. An unusable reply is sent back with its fault and asked for once more;
 * the second failure is a JudgeFailure. If these replies came from a cache, the judge is asked anew first. The length
 * of an answer is never limited: a reasoning model would return nothing.
 */
export function createAsk(judge: NonNullable<ScoringTools["judge"]>) {
  async function askTwice<Reply extends TObject, Result>(
    inquiry: Inquiry<Reply, Result>,
    freshness: Pick<JudgeRequest, "fresh">,
  ): Promise<Answered<Result>> {
    const { question, texts, sampling = {} } = inquiry;
    const messages = messagesOf(question, texts);
    const request = {
      messages,
      response_format: formatOf(question),
      temperature: 0,
      ...sampling,
      ...freshness,
    };
    const first = await judge(request);
    try {
      return { result: resultOf(first, inquiry), logprobs: first.logprobs ?? [] };
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      const said = answerPart(first.text).text;
      const second = await judge({ ...request, messages: repairOf(messages, said, error.message) });
      return { result: lastResultOf([first, second], inquiry), logprobs: second.logprobs ?? [] };
    }
  }

  return async function ask<Reply extends TObject, Result>(
    inquiry: Inquiry<Reply, Result>,
  ): Promise<Answered<Result>> {
    try {
      return await askTwice(inquiry, {});
    } catch (error) {
      if (!(error instanceof TwiceUnusable && error.from_cache)) throw error;
      return askTwice(inquiry, { fresh: true });
    }
  };
}

export type Ask = ReturnType<typeof createAsk>;

function lastResultOf<Reply extends TObject, Result>(
  [first, second]: readonly [JudgeAnswer, JudgeAnswer],
  inquiry: Inquiry<Reply, Result>,
): Result {
  try {
    return resultOf(second, inquiry);
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    throw new TwiceUnusable(error.message, first.cached === true || second.cached === true);
  }
}

/**
 * Returns all results in order after every call has ended, so that no call goes on unseen and costs money. Throws
 * the first failure.
 */
export async function settleAll<Result>(calls: readonly Promise<Result>[]): Promise<Result[]> {
  await Promise.allSettled(calls);
  return Promise.all(calls);
}
