import { Type } from "@sinclair/typebox";
import { AnswerPattern, createPatternReader } from "../../domain/answers/answer-pattern.ts";
import { choicesAskedBy } from "../../domain/answers/read.ts";
import type { Scorable } from "../metric.ts";

/** The parameter of metrics that can read the answer by a pattern of their own. */
export const ownPattern = { answer_pattern: Type.Optional(AnswerPattern) };

/**
 * Returns a function that replaces a sample's answer by the one that the pattern reads in the output; without a pattern,
 * samples stay as they are. Of a question that lists its choices it reads a letter or a choice's own text. An output that the provider's filter blocked has no answer. Throws BAD_REQUEST for a pattern
 * that is not RE2's.
 */
export function withOwnPattern(pattern: AnswerPattern | undefined): (sample: Scorable) => Scorable {
  if (pattern === undefined) return (sample) => sample;
  const read = createPatternReader(pattern, "answer_pattern");
  return ({ finding: found, ...sample }) => {
    if (sample.finish_reason === "content_filter") return { ...sample, answer: null, ...findingOf(found) };
    const choices = sample.choices ?? choicesAskedBy(sample.input, sample.expected);
    const { answer, finding } = read(sample.output, { choices });
    return { ...sample, answer, ...findingOf(finding) };
  };
}

const findingOf = (finding: string | undefined) => (finding === undefined ? {} : { finding });
