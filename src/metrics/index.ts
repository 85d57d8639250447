import { accuracy } from "./accuracy.ts";
import { coherence } from "./coherence.ts";
import { contains } from "./contains.ts";
import { cost } from "./cost.ts";
import { exactMatch } from "./exact-match.ts";
import { f1 } from "./f1.ts";
import { faithfulness } from "./faithfulness.ts";
import { judgedMetrics } from "./judged/index.ts";
import { latency } from "./latency.ts";
import type { MetricEntry } from "./metric.ts";
import { relevance } from "./relevance.ts";

/** Every metric that needs no judge, by its name. A new one is a file in this folder and a line here. */
export const metrics = {
  accuracy,
  exact_match: exactMatch,
  contains,
  f1,
  latency,
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
