import { Type } from "@sinclair/typebox";
import type { Score } from "../../metric.ts";
import type { Ask } from "./ask.ts";
import { OneOf, type Question, Reason } from "./question.ts";
import { Unusable } from "./reading.ts";
import { excerpt, type Texts } from "./texts.ts";
import { wordOf } from "./words.ts";

/** The value of each verdict, by its word. */
export type Counts = Readonly<Record<string, number>>;

export interface Verdict {
  item: string;
  word: string;
  reason: string;
}

/** Items per call: models lose count in long lists. */
const BATCH = 50;
export const ITEMS_MAX = 200;
const EXPLANATION_MAX = 2000;

export const verdictQuestion = (task: string, counts: Counts) =>
  ({
    name: "verdicts",
    task: `${task} Give one verdict for each item, in their order, under the item's number.`,
    reply: Type.Object({
      verdicts: Type.Array(
        Type.Object({
          number: Type.Number({ description: "the item's number" }),
          reason: Reason,
          verdict: OneOf(Object.keys(counts)),
        }),
      ),
    }),
  }) satisfies Question;

type VerdictQuestion = ReturnType<typeof verdictQuestion>;

interface ItemsToJudge {
  question: VerdictQuestion;
  counts: Counts;
  items: readonly string[];
  /** The texts beside the items. */
  texts: Texts;
}

async function judgeBatch(ask: Ask, { question, counts, items, texts }: ItemsToJudge): Promise<Verdict[]> {
  const numbered = items.map((item, index) => ({ number: index + 1, item }));
  const { result } = await ask({
    question,
    texts: { ...texts, items: numbered },
    accept({ verdicts }): Verdict[] {
      if (verdicts.length !== items.length)
        throw new Unusable(`it has ${verdicts.length} verdicts for ${items.length} items`);
      return verdicts.map(({ number, verdict, reason = "" }, index) => {
        if (number !== index + 1) throw new Unusable("the verdicts are not numbered as the items are");
        return { item: items[index] ?? "", word: wordOf(verdict, Object.keys(counts)), reason };
      });
    },
  });
  return result;
}

/** Returns a verdict for each item, in order. There may be at most `ITEMS_MAX` items. */
export async function judgeItems(ask: Ask, { items, ...inquiry }: ItemsToJudge): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (let start = 0; start < items.length; start += BATCH) {
    const batch = items.slice(start, start + BATCH);
    verdicts.push(...(await judgeBatch(ask, { ...inquiry, items: batch })));
  }
  return verdicts;
}

/** Returns a null score for more items than are judged. */
export const tooMany = (count: number, noun: string): Score => ({
  value: null,
  reason: `there are ${count} ${noun}, but at most ${ITEMS_MAX} are judged`,
});

/** Lists each verdict with its item and reason, as far as there is room. */
export const explain = (verdicts: readonly Verdict[]): string => {
  const lines = verdicts.map(({ item, word, reason }) => `${word}: “${item}”${reason ? ` (${reason})` : ""}`);
  return excerpt(lines.join(" · "), EXPLANATION_MAX);
};
