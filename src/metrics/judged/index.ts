import type { MetricEntry } from "../metric.ts";
import { bias } from "./bias.ts";
import { coherence } from "./coherence.ts";
import { contextPrecision } from "./context-precision.ts";
import { contextRecall } from "./context-recall.ts";
import { correctness } from "./correctness.ts";
import { faithfulness } from "./faithfulness.ts";
import { preference } from "./preference.ts";
import { relevance } from "./relevance.ts";
import { rubric } from "./rubric.ts";
import { toxicity } from "./toxicity.ts";

/** Every judged metric, by name. To add one, add a file to this folder and a line here. */
export const judgedMetrics = {
  faithfulness,
  relevance,
  coherence,
  correctness,
  context_precision: contextPrecision,
  context_recall: contextRecall,
  toxicity,
  bias,
  rubric,
  preference,
} satisfies Record<string, MetricEntry>;
