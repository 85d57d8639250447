import type { Metric, Scorable, Score } from "../../src/metrics/metric.ts";
import { createMetricCatalogue } from "../../src/services/catalogues/metrics.ts";

const catalogue = createMetricCatalogue();

/** Returns a sample with these fields over defaults; its answer is its output unless given. */
export function sampleOf(fields: Partial<Scorable> = {}): Scorable {
  const output = fields.output ?? "";
  return { input: "What is the capital of France?", output, answer: output, ...fields };
}

/** Returns the form of a metric without a judge, with these parameters. */
export function metricOf(name: string, params: Record<string, unknown> = {}): Metric {
  const [metric] = catalogue.require([{ name, params }]);
  if (!metric) throw new Error(`no metric ${name}`);
  return metric;
}

/** Returns the score of a metric for a sample with these fields. */
export const scoreOf = async (
  name: string,
  fields: Partial<Scorable>,
  params?: Record<string, unknown>,
): Promise<Score> => metricOf(name, params).score(sampleOf(fields));

/** Like `scoreOf`, but returns the value alone. */
export const scoredValue = async (
  name: string,
  fields: Partial<Scorable>,
  params?: Record<string, unknown>,
): Promise<number | null> => (await scoreOf(name, fields, params)).value;

/** Parameters that a metric requires, and others worth trying. */
const PARAMS: Record<string, Record<string, unknown>[]> = {
  accuracy: [{}, { answer_pattern: "is (.+)" }],
  exact_match: [{}, { ignore_case: true, ignore_punctuation: true, ignore_numbers: true }],
  contains: [{}, { ignore_case: false, all: true }],
  starts_with: [{}, { ignore_case: false }],
  math_equal: [{}, { unordered: true }],
  multiple_choice: [{}, { choices: 26 }],
  numeric_match: [{}, { mode: "strict" }],
  regex: [
    { pattern: "[A-Z]\\w+|漢|0" },
    { pattern: "^(a+)+$", ignore_case: true, multiline: true, dot_all: true },
  ],
  bleu: [{}, { tokenize: "zh", lowercase: true, smooth: "add-k" }, { tokenize: "char", smooth: "none" }],
  chrf: [{}, { word_order: 2, whitespace: true }],
  json_valid: [{}, { fenced: true }],
  json_schema: [{ schema: { type: "object" } }, { schema: { $ref: "#" } }, { schema: { minimum: 3 } }],
  length: [{ max: 10 }, { unit: "characters", min: 2 }],
  semantic_similarity: [{ provider: "openai", model: "text-embedding-3-small" }],
};

/** Returns the form of a metric without a judge, with each of its tried parameters. */
export const formsOf = (name: string): Metric[] =>
  (PARAMS[name] ?? [{}]).map((params) => metricOf(name, params));
