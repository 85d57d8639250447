import { judgedMetrics } from "./judged/index.ts";
import { coherence } from "./lexical/coherence.ts";
import { faithfulness } from "./lexical/faithfulness.ts";
import { relevance } from "./lexical/relevance.ts";
import { accuracy } from "./matching/accuracy.ts";
import { contains } from "./matching/contains.ts";
import { exactMatch } from "./matching/exact-match.ts";
import { jsonSchema } from "./matching/json-schema.ts";
import { jsonValid } from "./matching/json-valid.ts";
import { length } from "./matching/length.ts";
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

/** Every metric that needs no judge, by its name. A new one is a file in this folder and a line here. */
export const metrics = {
  accuracy,
  exact_match: exactMatch,
  multiple_choice: multipleChoice,
  numeric_match: numericMatch,
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
  relevance,
  coherence,
} satisfies Record<string, MetricEntry>;

/** What metrics there are. */
export interface MetricRegistry {
  readonly names: readonly string[];
  /** The forms of the metric of that name, the one to be preferred where there is a judge first; none if it is unknown. */
  formsOf(name: string): MetricEntry[];
  /** The metric of that name: by a judge where there is one and the metric has such a form, else without. */
  find(name: string, has_judge?: boolean): MetricEntry | undefined;
}

/** A registry of metrics by their names, those without a judge and those by one; a metric may have both forms. */
export function registryOf(
  without_judge: Readonly<Record<string, MetricEntry>>,
  by_judge: Readonly<Record<string, MetricEntry>>,
): MetricRegistry {
  const plain = new Map(Object.entries(without_judge));
  const judged = new Map(Object.entries(by_judge));
  const formsOf = (name: string) => [judged.get(name), plain.get(name)].filter((form) => form !== undefined);
  return {
    names: [...new Set([...plain.keys(), ...judged.keys()])],
    formsOf,
    find(name, has_judge = false) {
      const [preferred, other] = formsOf(name);
      return has_judge ? preferred : (other ?? preferred);
    },
  };
}

/** All that ship. */
export const builtInMetrics: MetricRegistry = registryOf(metrics, judgedMetrics);
export const { names: metricNames, find: findMetric } = builtInMetrics;
