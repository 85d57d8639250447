import type { Metric, Scorable, Score } from "../metric.ts";
import { times } from "../summary.ts";
import { scoreMeasurement } from "./measurement.ts";
import { countedTokens, NOT_COUNTED } from "./tokens-per-second.ts";
import { NOT_STREAMED } from "./ttft.ts";

/**
 * Returns (latency − time to first token) / (tokens − 1); null for fewer than two tokens. Reasoning tokens do not
 * count, because they precede the first piece of the answer.
 */
export const tpot: Metric = {
  name: "tpot",
  description: "Time per output token after the first one: the pace of the answer once it has begun.",
  unit: "ms",
  range: [0, null],
  better: "lower",
  requires: ["timing", "first_token", "usage"],
  source:
    "TPOT of vLLM's serving benchmark (vllm/benchmarks/serve.py), with the provider's token counts; numpy.percentile.",
  score: scoreTpot,
  summarize: (values) => times(values, tpot),
};

function scoreTpot(sample: Scorable): Score {
  const { latency_ms, ttft_ms } = sample;
  if (typeof ttft_ms !== "number" || typeof latency_ms !== "number")
    return { value: null, reason: NOT_STREAMED };
  const counted = countedTokens(sample);
  if (counted === null) return { value: null, reason: NOT_COUNTED };
  const tokens = counted - (sample.usage?.reasoning_tokens ?? 0);
  if (tokens < 2) return { value: null, reason: "the answer has fewer than two tokens" };
  return scoreMeasurement((latency_ms - ttft_ms) / (tokens - 1), NOT_STREAMED);
}
