import { Type } from "@sinclair/typebox";
import type { MetricFacts, Score } from "../metric.ts";
import { proportion } from "../summary.ts";
import { withParameters } from "../with-parameters.ts";
import { FENCED, readJson, TOO_DEEP } from "./json-text.ts";
import { compileSchema, Unchecked } from "./schema-check.ts";

const facts: MetricFacts = {
  name: "json_schema",
  description: "Whether the output is JSON that conforms to the schema.",
  unit: "ratio",
  range: [0, 1],
  binary: true,
  better: "higher",
  requires: [],
  source:
    "JSON Schema draft 2020-12, or draft 7 if $schema names it, by ajv; patterns by RE2; formats are not checked. As " +
    "promptfoo's `is-json` with a schema.",
};

const parameters = Type.Object(
  { schema: Type.Record(Type.String(), Type.Unknown()), fenced: FENCED },
  { additionalProperties: false },
);

/** 1 if the output conforms, 0 if it does not or is not JSON; null if the check would take too long. */
export const jsonSchema = withParameters(facts, parameters, ({ schema, fenced }) => {
  const check = compileSchema(schema, "schema");
  return {
    score: ({ output }) => {
      const reading = readJson(output, fenced);
      if ("too_deep" in reading) return { value: null, reason: TOO_DEEP };
      if ("fault" in reading) return { value: 0, explanation: reading.fault };
      return scoreConformity(() => check(reading.value, output.length));
    },
    summarize: (values, clusters) => proportion(values, facts, clusters),
  };
});

function scoreConformity(check: () => string | null): Score {
  try {
    const fault = check();
    return fault === null ? { value: 1 } : { value: 0, explanation: fault };
  } catch (error) {
    if (error instanceof Unchecked) return { value: null, reason: error.message };
    throw error;
  }
}
