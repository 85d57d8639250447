import type { Metric } from "../metric.ts";
import { times } from "../summary.ts";
import { scoreMeasurement } from "./measurement.ts";

export const NOT_STREAMED =
  "no time to first token was measured: the answer was not streamed, or came from the request or from a cache";

export const ttft: Metric = {
  name: "ttft",
  description:
    "Time to first token: from the start of the call, after any wait for a free slot, to the first piece of the answer.",
  unit: "ms",
  range: [0, null],
  better: "lower",
  requires: ["timing", "first_token"],
  source:
    "TTFT of vLLM's serving benchmark (vllm/benchmarks/serve.py), empty pieces ignored; numpy.percentile.",
  score: ({ ttft_ms }) => scoreMeasurement(ttft_ms, NOT_STREAMED),
  summarize: (values) => times(values, ttft),
};
