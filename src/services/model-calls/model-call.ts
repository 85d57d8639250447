import type { CacheOutcome, Usage } from "../../domain/completions/completion.ts";
import type { PriceCatalogue } from "../../providers/prices/index.ts";
import type {
  CompletionDelta,
  CompletionRequest,
  EmbeddingRequest,
  Provider,
  ProviderCompletion,
  ProviderEmbedding,
} from "../../providers/provider.ts";
import type { Prometheus } from "../../telemetry/prometheus.ts";
import type { TimeLimits } from "./deadlines.ts";
import { estimateReading, estimateUsage } from "./estimate.ts";
import type { Lane } from "./lanes.ts";
import type { Guard, Ledger } from "./ledger.ts";
import type { Priority } from "./queue.ts";

/** How long a call took, in milliseconds of a monotonic clock. */
export interface CallTimes {
  /** From the start of the last attempt, after the wait for a slot, to its end. Null where none was made. */
  latency_ms: number | null;
  /** From the same start to the first piece of a streamed answer. */
  ttft_ms: number | null;
  /** Waited for free slots, all attempts together. */
  queue_ms: number;
  /** Attempts beyond the first. */
  retries: number;
}

/** A finished call: the answer, what it cost and how long it took. */
export interface ModelCall extends CallTimes {
  completion: ProviderCompletion;
  /** US formatDollars. Null where the price is not known, 0 for a cached answer. */
  cost_usd: number | null;
  cache: CacheOutcome;
}

/** Embedded texts, what that cost and how long it took. */
export interface EmbeddingCall extends Omit<CallTimes, "ttft_ms"> {
  /** One for each text, in their order. */
  vectors: number[][];
  model: string;
  usage: Usage;
  /** US formatDollars. Null where the price is not known. */
  cost_usd: number | null;
}

/** What a streamed call gives: pieces, and in the end the whole call. */
export type CallDelta = Exclude<CompletionDelta, { type: "finish" }> | { type: "finish"; call: ModelCall };

/** How a call is to be made. */
export interface CallPolicy {
  /** Ends the call with its reason. */
  signal?: AbortSignal | undefined;
  limits?: Partial<TimeLimits>;
  priority?: Priority;
  cache?: "off" | "use" | "refresh" | undefined;
  /** Told the times of a call that ends without its answer: until the failure of the last attempt that was made. */
  onFailure?(times: CallTimes): void;
  /** Who pays: no attempt is made before its worst cost is held there. */
  ledger?: Ledger | undefined;
  /** Made of the ledger for one call; callers leave it out. */
  guard?: Guard | undefined;
}

/** What attempts need. */
export interface CallTools {
  laneOf(provider: string): Lane;
  prices: PriceCatalogue;
  prometheus: Prometheus;
}

/** Adds up what a finished answer used and cost. A usage that was not reported is estimated, and marked so. */
export async function settle(
  { prices }: CallTools,
  provider: Provider,
  request: CompletionRequest,
  completion: ProviderCompletion,
  times: CallTimes,
): Promise<ModelCall> {
  const usage = completion.usage ?? (await estimateUsage(request, completion));
  // What the provider bills is nearer the truth than any list of prices.
  const cost_usd = completion.cost_usd ?? prices.cost(provider.listing.name, request.model, usage);
  return { completion: { ...completion, usage }, ...times, cost_usd, cache: "off" };
}

/** The same for texts that were embedded; nothing is completed there. */
export async function settleEmbedding(
  { prices }: CallTools,
  provider: Provider,
  { model, texts }: EmbeddingRequest,
  embedding: ProviderEmbedding,
  times: Omit<CallTimes, "ttft_ms">,
): Promise<EmbeddingCall> {
  const tokens = embedding.usage?.prompt_tokens;
  const usage =
    tokens === undefined
      ? await estimateReading(texts)
      : { prompt_tokens: tokens, completion_tokens: 0, total_tokens: tokens };
  const cost_usd = prices.cost(provider.listing.name, model, usage);
  return { vectors: embedding.vectors, model: embedding.model, usage, ...times, cost_usd };
}

/** A call that was not made, as its answer was known. */
export const cached = (completion: ProviderCompletion): ModelCall => ({
  completion,
  latency_ms: null,
  ttft_ms: null,
  queue_ms: 0,
  retries: 0,
  cost_usd: 0,
  cache: "hit",
});
