import { Type } from "@sinclair/typebox";
import { compilePattern, PATTERN_MAX } from "../../base/pattern.ts";
import type { MetricFacts } from "../metric.ts";
import { proportion } from "../summary.ts";
import { withParameters } from "../with-parameters.ts";

const facts: MetricFacts = {
  name: "regex",
  description: "Whether the pattern matches anywhere in the output; ^ and $ anchor it to the ends.",
  unit: "ratio",
  range: [0, 1],
  binary: true,
  better: "higher",
  requires: [],
  source:
    "RE2's syntax in linear time (Cox 2007, swtch.com/~rsc/regexp), by re2js: no look-around, no back-references.",
};

const parameters = Type.Object(
  {
    pattern: Type.String({ minLength: 1, maxLength: PATTERN_MAX }),
    ignore_case: Type.Boolean({ default: false }),
    multiline: Type.Boolean({
      default: false,
      description: "Whether ^ and $ also match at the ends of lines.",
    }),
    dot_all: Type.Boolean({ default: false, description: "Whether . also matches a line break." }),
  },
  { additionalProperties: false },
);

/** 1 if the pattern matches, else 0; null if the output is too long for a pattern of this size. */
export const regex = withParameters(facts, parameters, ({ pattern, ...flags }) => {
  const compiled = compilePattern(pattern, "pattern", flags);
  return {
    score: ({ output }) => {
      const found = compiled.test(output);
      if (found === null) return { value: null, reason: "the output is too long for a pattern of this size" };
      return { value: found ? 1 : 0 };
    },
    summarize: (values, clusters) => proportion(values, facts, clusters),
  };
});
