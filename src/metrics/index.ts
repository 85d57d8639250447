import { accuracy } from "./accuracy.ts";
import { coherence } from "./coherence.ts";
import { contains } from "./contains.ts";
import { cost } from "./cost.ts";
import { exactMatch } from "./exact-match.ts";
import { f1 } from "./f1.ts";
import { faithfulness } from "./faithfulness.ts";
import { latency } from "./latency.ts";
import type { Metric } from "./metric.ts";
import { relevance } from "./relevance.ts";

/** Every metric that ships, by its name. A new one is a file in this folder and a line here. */
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
} satisfies Record<string, Metric>;

const byName = new Map<string, Metric>(Object.entries(metrics));

export const metricNames: readonly string[] = [...byName.keys()];

/** The metric of that name; undefined where there is none. */
export const findMetric = (name: string): Metric | undefined => byName.get(name);
