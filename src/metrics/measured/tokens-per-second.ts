import type { Metric, Scorable } from "../metric.ts";
import { times } from "../summary.ts";
import { NOT_MEASURED, scoreMeasurement } from "./measurement.ts";

export const NOT_COUNTED = "the provider did not count the tokens";

/**
 * Returns the tokens of the answer as the provider counted them; null for an estimate, which comes from another
 * tokenizer.
 */
export const countedTokens = ({ usage }: Scorable): number | null =>
  usage && !usage.estimated ? usage.completion_tokens : null;

export const tokensPerSecond: Metric = {
  name: "tokens_per_second",
  description:
    "Output tokens divided by the latency of the call, which includes the time to the first token.",
  unit: "tokens/s",
  range: [0, null],
  better: "higher",
  requires: ["timing", "usage"],
  source:
    "Output tokens / latency of each call, as a request's output throughput in vLLM's serving benchmark " +
    "(vllm/benchmarks/serve.py), with the provider's token counts; numpy.percentile.",
  score: (sample) => {
    const tokens = countedTokens(sample);
    const { latency_ms } = sample;
    if (tokens === null) return { value: null, reason: NOT_COUNTED };
    if (!latency_ms) return { value: null, reason: NOT_MEASURED };
    return scoreMeasurement((tokens * 1000) / latency_ms, NOT_COUNTED);
  },
  summarize: (values) => times(values, tokensPerSecond),
};
