import { Type } from "@sinclair/typebox";
import type { Scorable, Score } from "../metric.ts";
import { type Ask, settleAll } from "./asking/ask.ts";
import { OneOf, type Question, Reason } from "./asking/question.ts";
import { excerpt } from "./asking/texts.ts";
import { FIRST_AND_SECOND, wordOf } from "./asking/words.ts";
import { createParametricJudged, type Procedure } from "./judged-metric.ts";

const EXPLANATION_MAX = 500;
const WORDS = ["first", "second", "tie"] as const;
type Winner = "output" | "other" | "tie";
const SCORES = { output: 1, tie: 0.5, other: 0 } as const;

const Parameters = Type.Object(
  {
    other: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100_000,
        description: "The answer to compare with. Default: the sample's first expected answer.",
      }),
    ),
    criteria: Type.String({
      minLength: 1,
      maxLength: 10_000,
      default: "Which is more helpful, correct and complete? Length by itself is no merit.",
      description: "The criteria by which one answer is better.",
    }),
  },
  { additionalProperties: false },
);

const questionOf = (criteria: string) =>
  ({
    name: "preference",
    task:
      `Two answers to the same input are given, in an order that means nothing. Say which is better by these criteria:\n` +
      `${criteria}\nSay tie where neither is.`,
    reply: Type.Object({ reason: Reason, winner: OneOf(WORDS) }),
  }) satisfies Question;

type Compare = (first: string, second: string) => Promise<{ word: string; reason: string }>;

const createCompare =
  (ask: Ask, question: ReturnType<typeof questionOf>, { input }: Scorable): Compare =>
  async (first, second) => {
    const { result } = await ask({
      question,
      texts: { input, first, second },
      accept: ({ winner, reason = "" }) => ({
        word: wordOf(winner, WORDS, FIRST_AND_SECOND),
        reason: excerpt(reason, EXPLANATION_MAX),
      }),
    });
    return result;
  };

const winnerOf = (word: string, output_at: string): Winner =>
  word === "tie" ? "tie" : word === output_at ? "output" : "other";

/** A win counts only if both orders agree, so that the position plays no part; otherwise it is a tie. */
function scoreOf(ahead: Winner, behind: Winner, explanation: string): Score {
  if (ahead !== behind) return { value: SCORES.tie, note: "flip", explanation };
  return { value: SCORES[ahead], ...(ahead === "tie" ? { note: "tie" } : {}), explanation };
}

const procedureOf = (criteria: string, other_answer: string | undefined): Procedure => {
  const question = questionOf(criteria);
  return {
    questions: [question],
    counts: SCORES,
    needs: () => (other_answer === undefined ? ["output", "expected"] : ["output"]),
    async judge(ask, sample) {
      const compare = createCompare(ask, question, sample);
      const other = other_answer ?? sample.expected?.[0] ?? "";
      const [ahead, behind] = await settleAll([compare(sample.output, other), compare(other, sample.output)]);
      const explanation = `output first: ${ahead?.reason} · output second: ${behind?.reason}`;
      return scoreOf(
        winnerOf(ahead?.word ?? "", "first"),
        winnerOf(behind?.word ?? "", "second"),
        explanation,
      );
    },
  };
};

export const preference = createParametricJudged(
  {
    name: "preference",
    description:
      "Whether the output is better (1) or worse (0) than another answer; 0.5 for a tie, or if the verdict changes with " +
      "the order of the two.",
    source:
      "Pairwise comparison in both orders, a win only if both agree: MT-Bench (Zheng et al. 2023, arXiv 2306.05685, " +
      "section 3.4).",
    requires: ["judge", "expected"],
  },
  {
    parameters: Parameters,
    example: { criteria: "{criteria}" },
    build: ({ criteria, other }) => ({
      ...procedureOf(criteria, other),
      requires: other === undefined ? ["judge", "expected"] : ["judge"],
    }),
  },
);
