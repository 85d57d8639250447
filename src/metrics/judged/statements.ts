import { Type } from "@sinclair/typebox";
import type { Scorable, Score } from "../metric.ts";
import type { Question } from "./asking/question.ts";
import { hasText, type TextName, textsOf } from "./asking/texts.ts";
import { type Counts, explain, ITEMS_MAX, judgeItems, tooMany, verdictQuestion } from "./asking/verdicts.ts";
import type { Procedure } from "./judged-metric.ts";

/** A judge that takes a text apart and gives a verdict on each part; the score is the mean of what these count for. */
export interface StatementJudge {
  /** How a text is taken apart, and the texts that takes: the last is the one. */
  readonly split: { readonly task: string; readonly texts: readonly TextName[] };
  /** What each part is asked, beside which texts; beside the `otherwise` ones where the first are missing. */
  readonly verdict: {
    readonly task: string;
    readonly texts: readonly TextName[];
    readonly otherwise?: readonly TextName[];
  };
  readonly counts: Counts;
  /** What a text comes to that has no parts. */
  readonly none: Score;
}

const splitQuestion = (task: string) =>
  ({
    name: "statements",
    task: `${task} Keep their order, and give at most ${ITEMS_MAX}. Where there are none, give an empty list.`,
    reply: Type.Object({ statements: Type.Array(Type.String({ description: "a statement" })) }),
  }) satisfies Question;

/** The texts that the parts are held against, and a word on it where they are not those wanted. */
function groundsFor({ verdict: { texts, otherwise } }: StatementJudge, sample: Scorable) {
  if (!otherwise || texts.every((name) => hasText(sample, name))) return { names: texts, remark: "" };
  return { names: otherwise, remark: `held against the ${otherwise[0]}, as there is no ${texts[0]}: ` };
}

/** Splits with one question, judges with another (one for every fifty parts), and counts. */
export function byStatements(judge: StatementJudge): Procedure {
  const { split, verdict, counts, none } = judge;
  const splitting = splitQuestion(split.task);
  const judging = verdictQuestion(verdict.task, counts);
  return {
    questions: [splitting, judging],
    counts,
    needs: (sample) => [...split.texts.slice(-1), ...groundsFor(judge, sample).names],
    async judge(ask, sample) {
      const { result: statements } = await ask(splitting, textsOf(sample, split.texts), (reply) =>
        reply.statements.filter((statement) => statement.trim() !== ""),
      );
      if (statements.length === 0) return none;
      if (statements.length > ITEMS_MAX) return tooMany(statements.length, "statements");
      const { names, remark } = groundsFor(judge, sample);
      const verdicts = await judgeItems(ask, judging, counts, statements, textsOf(sample, names));
      const total = verdicts.reduce((sum, { word }) => sum + (counts[word] ?? 0), 0);
      return { value: total / verdicts.length, explanation: `${remark}${explain(verdicts)}` };
    },
  };
}
