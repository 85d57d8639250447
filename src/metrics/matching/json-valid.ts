import { Type } from "@sinclair/typebox";
import type { MetricFacts } from "../metric.ts";
import { proportion } from "../summary.ts";
import { withParameters } from "../with-parameters.ts";
import { FENCED, readJson, TOO_DEEP } from "./json-text.ts";

const facts: MetricFacts = {
  name: "json_valid",
  description: "Whether the whole output is one JSON value, apart from white space around it.",
  unit: "ratio",
  range: [0, 1],
  binary: true,
  better: "higher",
  requires: [],
  source: "RFC 8259; `is-json` of promptfoo, `ValidJSON` of Braintrust's autoevals.",
};

const parameters = Type.Object({ fenced: FENCED }, { additionalProperties: false });

export const jsonValid = withParameters(facts, parameters, ({ fenced }) => ({
  score: ({ output }) => {
    const reading = readJson(output, fenced);
    if ("too_deep" in reading) return { value: null, reason: TOO_DEEP };
    return "value" in reading ? { value: 1 } : { value: 0, explanation: reading.fault };
  },
  summarize: (values, clusters) => proportion(values, facts, clusters),
}));
