import { Type } from "@sinclair/typebox";
import type { MetricFacts } from "../metric.ts";
import { proportion } from "../summary.ts";
import { withParameters } from "../with-parameters.ts";
import { compilePattern, PATTERN_MAX } from "./pattern.ts";

const facts: MetricFacts = {
  name: "regex",
  description: "Whether the pattern matches anywhere in the output; ^ and $ tie it to the ends.",
  unit: "ratio",
  range: [0, 1],
  binary: true,
  better: "higher",
  requires: [],
  source:
    "RE2's syntax and linear time (Cox 2007, swtch.com/~rsc/regexp), by re2js: no look-around, no back-references.",
};

const parameters = Type.Object(
  {
    pattern: Type.String({ minLength: 1, maxLength: PATTERN_MAX }),
    ignore_case: Type.Boolean({ default: false }),
    multiline: Type.Boolean({
      default: false,
      description: "Whether ^ and $ match at the ends of lines too.",
    }),
    dot_all: Type.Boolean({ default: false, description: "Whether . matches a new line." }),
  },
  { additionalProperties: false },
);

/** 1 where the pattern matches, else 0; null where the text is too long to be searched for so large a pattern. */
export const regex = withParameters(facts, parameters, ({ pattern, ...flags }) => {
  const compiled = compilePattern(pattern, "pattern", flags);
  return {
    score: ({ output }) => {
      const found = compiled.test(output);
      if (found === null) return { value: null, reason: "the output is too long for so large a pattern" };
      return { value: found ? 1 : 0 };
    },
    summarize: (values, clusters) => proportion(values, facts, clusters),
  };
});
