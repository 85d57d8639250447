import { accuracy } from "./accuracy.ts";
import { bleu } from "./bleu.ts";
import { chrf } from "./chrf.ts";
import { coherence } from "./coherence.ts";
import { contains } from "./contains.ts";
import { cost } from "./cost.ts";
import { exactMatch } from "./exact-match.ts";
import { f1 } from "./f1.ts";
import { faithfulness } from "./faithfulness.ts";
import { jsonSchema } from "./json-schema.ts";
import { jsonValid } from "./json-valid.ts";
import { judgedMetrics } from "./judged/index.ts";
import { latency } from "./latency.ts";
import { length } from "./length.ts";
import { levenshtein } from "./levenshtein.ts";
import type { MetricEntry } from "./metric.ts";
import { multipleChoice } from "./multiple-choice.ts";
import { numericMatch } from "./numeric-match.ts";
import { refusal } from "./refusal.ts";
import { regex } from "./regex.ts";
import { relevance } from "./relevance.ts";
import { rouge1, rouge2, rougeL } from "./rouge.ts";
import { semanticSimilarity } from "./semantic-similarity.ts";
import { startsWith } from "./starts-with.ts";
import { tokensPerSecond } from "./tokens-per-second.ts";
import { tpot } from "./tpot.ts";
import { ttft } from "./ttft.ts";

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
