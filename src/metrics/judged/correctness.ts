import { Type } from "@sinclair/typebox";
import { OneOf, type Question, Reason } from "./asking/question.ts";
import { excerpt, textsOf } from "./asking/texts.ts";
import { wordOf } from "./asking/words.ts";
import { createJudged, type Procedure } from "./judged-metric.ts";

const EXPLANATION_MAX = 1000;

/** The classes, with autoevals' letters, their meanings and their scores. */
const CLASSES = {
  subset: { letter: "a", score: 0.4, means: "it says a part of what is expected, and nothing against it" },
  superset: {
    letter: "b",
    score: 0.6,
    means: "it says all that is expected and more, and nothing against it",
  },
  same: { letter: "c", score: 1, means: "it says all that is expected, and no more" },
  disagree: { letter: "d", score: 0, means: "it contradicts what is expected" },
  immaterial: { letter: "e", score: 1, means: "it differs, but in nothing that matters to the facts" },
} as const;

type Class = keyof typeof CLASSES;
const NAMES = Object.keys(CLASSES) as Class[];
const LETTERS = Object.fromEntries(NAMES.map((name) => [CLASSES[name].letter, name]));

const question = {
  name: "comparison",
  task:
    "Compare the output, an answer to the input, with the expected answer by the facts alone; wording, grammar and " +
    "punctuation don't count. Where several answers are expected, each is right by itself: take the one that fits best. " +
    `Choose one class:\n${NAMES.map((name) => `${name}: ${CLASSES[name].means}`).join("\n")}`,
  reply: Type.Object({ reason: Reason, choice: OneOf(NAMES) }),
} satisfies Question;

const procedure: Procedure = {
  questions: [question],
  counts: CLASSES,
  needs: () => ["output", "expected"],
  async judge(ask, sample) {
    const texts = textsOf(sample, ["input", "expected", "output"]);
    const { result } = await ask({
      question,
      texts,
      accept: ({ choice, reason = "" }) => ({
        note: wordOf(choice, NAMES, LETTERS) as Class,
        explanation: excerpt(reason, EXPLANATION_MAX),
      }),
    });
    return { value: CLASSES[result.note].score, ...result };
  },
};

export const correctness = createJudged(
  {
    name: "correctness",
    description:
      "Whether the facts of the output agree with the expected answer: the judge chooses one of five classes.",
    source:
      "autoevals' Factuality (braintrustdata/autoevals, templates/factuality.yaml at 618ffa7, after OpenAI's evals): " +
      "subset 0.4, superset 0.6, same 1, disagree 0, immaterial difference 1.",
    requires: ["judge", "expected"],
  },
  procedure,
);
