import { Type } from "@sinclair/typebox";
import type { Scorable, Score } from "../metric.ts";
import type { Question } from "./asking/question.ts";
import { hasText, type TextName, textsOf } from "./asking/texts.ts";
import { type Counts, explain, ITEMS_MAX, judgeItems, tooMany, verdictQuestion } from "./asking/verdicts.ts";
import type { Procedure } from "./judged-metric.ts";

/**
 * A judge that splits a text into parts and gives a verdict for each; the score is the mean value of the verdicts.
 */
export interface StatementJudge {
  /** How the text is split, and the texts that this needs: the last of them is the one that is split. */
  readonly split: { readonly task: string; readonly texts: readonly TextName[] };
  /** The question about each part and the texts beside it; the `otherwise` texts if the first ones are missing. */
  readonly verdict: {
    readonly task: string;
    readonly texts: readonly TextName[];
    readonly otherwise?: readonly TextName[];
  };
  readonly counts: Counts;
  /** The score of a text without parts. */
  readonly none: Score;
}

const splitQuestion = (task: string) =>
  ({
    name: "statements",
    task: `${task} Keep their order, and give at most ${ITEMS_MAX}. Where there are none, give an empty list.`,
    reply: Type.Object({ statements: Type.Array(Type.String({ description: "a statement" })) }),
  }) satisfies Question;

/** The texts that the parts are compared with, and a remark if those are the `otherwise` ones. */
function groundsFor({ verdict: { texts, otherwise } }: StatementJudge, sample: Scorable) {
  if (!otherwise || texts.every((name) => hasText(sample, name))) return { names: texts, remark: "" };
  return { names: otherwise, remark: `compared with the ${otherwise[0]}, because there is no ${texts[0]}: ` };
}

/** Splits with one question, judges with another (one call for every fifty parts), and averages. */
export function byStatements(judge: StatementJudge): Procedure {
  const { split, verdict, counts, none } = judge;
  const splitting = splitQuestion(split.task);
  const judging = verdictQuestion(verdict.task, counts);
  return {
    questions: [splitting, judging],
    counts,
    needs: (sample) => [...split.texts.slice(-1), ...groundsFor(judge, sample).names],
    async judge(ask, sample) {
      const { result: statements } = await ask({
        question: splitting,
        texts: textsOf(sample, split.texts),
        accept: (reply) => reply.statements.filter((statement) => statement.trim() !== ""),
      });
      if (statements.length === 0) return none;
      if (statements.length > ITEMS_MAX) return tooMany(statements.length, "statements");
      const { names, remark } = groundsFor(judge, sample);
      const verdicts = await judgeItems(ask, {
        question: judging,
        counts,
        items: statements,
        texts: textsOf(sample, names),
      });
      const total = verdicts.reduce((sum, { word }) => sum + (counts[word] ?? 0), 0);
      return { value: total / verdicts.length, explanation: `${remark}${explain(verdicts)}` };
    },
  };
}
