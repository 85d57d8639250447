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
import type { Guard, Ledger } from "./ledger.ts";
import type { OpenCalls } from "./open-calls.ts";
import type { Priority } from "./queue.ts";

/** How long a call took, in milliseconds by a monotonic clock. */
export interface CallTimes {
  /** From the start of the last attempt, after the wait for a slot, to its end. Null if no attempt was made. */
  latency_ms: number | null;
  /** From the same start to the first piece of a streamed answer. */
  ttft_ms: number | null;
  /** The wait for slots, of all attempts together. */
  queue_ms: number;
  /** Attempts beyond the first. */
  retries: number;
}

/** A finished call: the answer, what it cost and how long it took. */
export interface ModelCall extends CallTimes {
  completion: ProviderCompletion;
  /** US dollars. Null if the price is not known, 0 for a cached answer. */
  cost_usd: number | null;
  cache: CacheOutcome;
}

/** A finished call for embeddings: the vectors, what they cost and how long it took. */
export interface EmbeddingCall extends Omit<CallTimes, "ttft_ms"> {
  /** One vector for each text, in the order of the texts. */
  vectors: number[][];
  model: string;
  usage: Usage;
  /** US dollars. Null if the price is not known. */
  cost_usd: number | null;
}

/** A piece of a streamed call; the last one holds the whole call. */
export type CallDelta = Exclude<CompletionDelta, { type: "finish" }> | { type: "finish"; call: ModelCall };

/** How a call is made. */
export interface CallPolicy {
  /** Ends the call with its reason. */
  signal?: AbortSignal | undefined;
  limits?: Partial<TimeLimits>;
  priority?: Priority;
  cache?: "off" | "use" | "refresh" | undefined;
  /** Receives the times of a call that ends without an answer, until the failure of its last attempt. */
  onFailure?(times: CallTimes): void;
  /** Pays for the call: its worst cost is reserved there before each attempt. */
  ledger?: Ledger | undefined;
  /** The share of the ledger for this call; set by `createPaidAttempts`, never by callers. */
  guard?: Guard | undefined;
}

/** The parts that attempts need. */
export interface CallTools {
  prices: PriceCatalogue;
  prometheus: Prometheus;
  openCalls: OpenCalls;
}

/** A call that has its answer: the provider, the request, and how long it took. */
interface AnsweredCall<Request> {
  provider: Provider;
  request: Request;
  times: CallTimes;
}

/** Adds usage and cost to an answer. A usage that the provider did not report is estimated and marked as such. */
export async function settle(
  prices: PriceCatalogue,
  { provider, request, times }: AnsweredCall<CompletionRequest>,
  completion: ProviderCompletion,
): Promise<ModelCall> {
  const usage = completion.usage ?? (await estimateUsage(request, completion));
  // What the provider bills is closer to the truth than any list of prices.
  const names = { requested: request.model, answered: completion.model };
  const cost_usd = completion.cost_usd ?? prices.costOfAnswer(provider.listing.name, names, usage);
  return { completion: { ...completion, usage }, ...times, cost_usd, cache: "off" };
}

/** Like `settle`, for texts that were embedded. */
export async function settleEmbedding(
  prices: PriceCatalogue,
  { provider, request, times }: AnsweredCall<EmbeddingRequest>,
  embedding: ProviderEmbedding,
): Promise<EmbeddingCall> {
  const { model, texts } = request;
  const tokens = embedding.usage?.prompt_tokens;
  const usage =
    tokens === undefined
      ? await estimateReading(texts)
      : { prompt_tokens: tokens, completion_tokens: 0, total_tokens: tokens };
  const cost_usd = prices.cost(provider.listing.name, model, usage);
  return { vectors: embedding.vectors, model: embedding.model, usage, ...times, cost_usd };
}

/** Returns a call that was answered from the cache. */
export const cached = (completion: ProviderCompletion): ModelCall => ({
  completion,
  latency_ms: null,
  ttft_ms: null,
  queue_ms: 0,
  retries: 0,
  cost_usd: 0,
  cache: "hit",
});
