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

const plain = new Map<string, MetricEntry>(Object.entries(metrics));
const judged = new Map<string, MetricEntry>(Object.entries(judgedMetrics));

export const metricNames: readonly string[] = [...new Set([...plain.keys(), ...judged.keys()])];

/** The forms of the metric of that name, the one to be preferred where there is a judge first; none if it is unknown. */
export const formsOf = (name: string): MetricEntry[] =>
  [judged.get(name), plain.get(name)].filter((form) => form !== undefined);

/** The metric of that name: by a judge where there is one and the metric has such a form, else without. */
export function findMetric(name: string, has_judge = false): MetricEntry | undefined {
  const [preferred, other] = formsOf(name);
  return has_judge ? preferred : (other ?? preferred);
}
