import type { Metric, Scorable } from "../metric.ts";
import { times } from "../summary.ts";
import { scoreMeasurement } from "./measurement.ts";

export const NOT_COUNTED = "the provider did not count the tokens";

/** The tokens of the answer as the provider counted them; an estimate of ours is another tokenizer's, and none. */
export const countedTokens = ({ usage }: Scorable): number | null =>
  usage && !usage.estimated ? usage.completion_tokens : null;

export const tokensPerSecond: Metric = {
  name: "tokens_per_second",
  description: "Output tokens over the time of the call, that of the first one included.",
  unit: "tokens/s",
  range: [0, null],
  better: "higher",
  requires: ["timing", "usage"],
  source:
    "Output tokens / latency of each call, as the request's output throughput in vLLM's serving benchmark " +
    "(vllm/benchmarks/serve.py), with the provider's token counts; numpy.percentile.",
  score: (sample) => {
    const tokens = countedTokens(sample);
    const { latency_ms } = sample;
    if (tokens === null) return { value: null, reason: NOT_COUNTED };
    if (!latency_ms)
      return { value: null, reason: "no time was measured: the answer was not called for here" };
    return scoreMeasurement((tokens * 1000) / latency_ms, NOT_COUNTED);
  },
  summarize: (values) => times(values, tokensPerSecond),
};
