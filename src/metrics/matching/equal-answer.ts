import { compareAnswers } from "../../domain/answers/equal.ts";
import { algebra } from "../algebra/client.ts";
import type { Scorable, Score } from "../metric.ts";

export interface AnswerComparison {
  answer: string;
  references: readonly string[];
  /** Whether lists in no brackets are compared in any order. */
  unordered: boolean;
}

const NOT_FOUND = "no final answer was found in the output";

/** The score of an output that settles on no answer: wrong, with what was found in its place. */
export const answerNotFound = ({ finding }: Scorable): Score => ({
  value: 0,
  explanation: finding === undefined ? NOT_FOUND : `${NOT_FOUND}: ${finding}`,
  note: finding ?? NOT_FOUND,
});

/** Returns 1 if the answer equals any reference, else 0. A promise only if algebra has to tell. */
export function scoreAnswer({ answer, references, unordered }: AnswerComparison): Score | Promise<Score> {
  const undecided: string[] = [];
  for (const reference of references) {
    const found = compareAnswers(answer, reference, { unordered });
    if (found === "equal") return { value: 1 };
    if (found === "undecided") undecided.push(reference);
  }
  if (undecided.length === 0) return { value: 0 };
  return scoreByAlgebra({ answer, references: undecided, unordered });
}

async function scoreByAlgebra({ answer, references, unordered }: AnswerComparison): Promise<Score> {
  let note: string | undefined;
  for (const reference of references) {
    const verdict = await algebra.compare({ answer, reference, unordered });
    if (verdict.equality === "equal") return { value: 1, explanation: "equal by algebra" };
    note = verdict.note ?? note;
  }
  return note === undefined ? { value: 0 } : { value: 0, explanation: note, note };
}
