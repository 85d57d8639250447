import { type Static, t } from "elysia";
import { compilePattern, PATTERN_MAX } from "../../base/pattern.ts";
import { declaredChoice } from "./choice.ts";
import type { AnswerQuestion } from "./read.ts";
import type { Reading } from "./rules.ts";
import { answerPart } from "./thinking.ts";

const PatternText = t.String({
  minLength: 1,
  maxLength: PATTERN_MAX,
  description:
    "A regular expression in RE2's syntax. Its first group, or the whole match if it has none, is the answer.",
});

/** Where the answer stands in an output: a pattern, of whose matches the last counts unless `match` says otherwise. */
export const AnswerPattern = t.Union(
  [
    PatternText,
    t.Object(
      {
        pattern: PatternText,
        match: t.Optional(t.Union([t.Literal("first"), t.Literal("last")], { default: "last" })),
      },
      { additionalProperties: false },
    ),
  ],
  {
    description:
      "Where the answer stands in an output: a regular expression in RE2's syntax, such as `answer is \\(?([A-J])\\)?`. Its " +
      "first group is the answer. Of several matches the last counts, unless `match` is `first`.",
  },
);
export type AnswerPattern = Static<typeof AnswerPattern>;

export type PatternReader = (output: string, question: AnswerQuestion) => Reading;

const none = (finding: string): Reading => ({ answer: null, read_by: null, finding });

/**
 * Compiles an answer pattern into a reader of outputs. Of a question with choices, what the pattern finds must be a letter
 * or a choice's own text. Throws BAD_REQUEST naming `field` for a pattern that is not RE2's.
 */
export function createPatternReader(requested: AnswerPattern, field: string): PatternReader {
  const { pattern, match = "last" } = typeof requested === "string" ? { pattern: requested } : requested;
  const compiled = compilePattern(pattern, field);
  return (output, { choices }) => {
    const { text, unfinished } = answerPart(output);
    if (unfinished) return none("its thoughts do not end");
    const found = compiled.find(text, match);
    if (found === null) return none("it is too long for the answer_pattern");
    if (found === undefined || found.trim() === "") return none("the answer_pattern finds nothing in it");
    if (!choices) return { answer: found.trim(), read_by: "answer_pattern" };
    const letter = declaredChoice(found, choices);
    return letter === null
      ? none("the answer_pattern finds none of the choices")
      : { answer: letter, read_by: "answer_pattern" };
  };
}
