import { classification } from "./classification/classification.ts";
import { judgedMetrics } from "./judged/index.ts";
import { faithfulness } from "./lexical/faithfulness.ts";
import { accuracy } from "./matching/accuracy.ts";
import { contains } from "./matching/contains.ts";
import { exactMatch } from "./matching/exact-match.ts";
import { jsonSchema } from "./matching/json-schema.ts";
import { jsonValid } from "./matching/json-valid.ts";
import { length } from "./matching/length.ts";
import { mathEqual } from "./matching/math-equal.ts";
import { multipleChoice } from "./matching/multiple-choice.ts";
import { numericMatch } from "./matching/numeric-match.ts";
import { refusal } from "./matching/refusal.ts";
import { regex } from "./matching/regex.ts";
import { startsWith } from "./matching/starts-with.ts";
import { cost } from "./measured/cost.ts";
import { latency } from "./measured/latency.ts";
import { tokensPerSecond } from "./measured/tokens-per-second.ts";
import { tpot } from "./measured/tpot.ts";
import { ttft } from "./measured/ttft.ts";
import type { MetricEntry } from "./metric.ts";
import { bleu } from "./overlap/bleu.ts";
import { chrf } from "./overlap/chrf.ts";
import { f1 } from "./overlap/f1.ts";
import { levenshtein } from "./overlap/levenshtein.ts";
import { rouge1, rouge2, rougeL } from "./overlap/rouge.ts";
import { semanticSimilarity } from "./overlap/semantic-similarity.ts";

/** Every metric that needs no judge, by name. To add one, add a file to a folder beside this file and a line here. */
export const metrics = {
  accuracy,
  exact_match: exactMatch,
  math_equal: mathEqual,
  multiple_choice: multipleChoice,
  numeric_match: numericMatch,
  classification,
  contains,
  starts_with: startsWith,
  regex,
  levenshtein,
  f1,
  rouge_1: rouge1,
  rouge_2: rouge2,
  rouge_l: rougeL,
  bleu,
  chrf,
  semantic_similarity: semanticSimilarity,
  json_valid: jsonValid,
  json_schema: jsonSchema,
  length,
  refusal,
  latency,
  ttft,
  tpot,
  tokens_per_second: tokensPerSecond,
  cost,
  faithfulness,
} satisfies Record<string, MetricEntry>;

/** The known metrics. */
export interface MetricRegistry {
  readonly names: readonly string[];
  /**
   * Returns the forms of a metric, the preferred one first; empty if the name is unknown. The judged form is
   * preferred.
   */
  formsOf(name: string): MetricEntry[];
  /** Returns the judged form if there is a judge and the metric has such a form, else the form without a judge. */
  find(name: string, has_judge?: boolean): MetricEntry | undefined;
}

/**
 * Creates a registry from the metrics without a judge and the judged ones, by name; a metric may have both forms.
 */
export function registryOf(
  without_judge: Readonly<Record<string, MetricEntry>>,
  by_judge: Readonly<Record<string, MetricEntry>>,
): MetricRegistry {
  const unjudged = new Map(Object.entries(without_judge));
  const judged = new Map(Object.entries(by_judge));
  const formsOf = (name: string) =>
    [judged.get(name), unjudged.get(name)].filter((form) => form !== undefined);
  return {
    names: [...new Set([...unjudged.keys(), ...judged.keys()])],
    formsOf,
    find(name, has_judge = false) {
      const [preferred, other] = formsOf(name);
      return has_judge ? preferred : (other ?? preferred);
    },
  };
}

/** All built-in metrics. */
export const builtInMetrics: MetricRegistry = registryOf(metrics, judgedMetrics);
export const { names: metricNames, find: findMetric } = builtInMetrics;
