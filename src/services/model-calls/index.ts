import { AppError, badField } from "../../base/errors.ts";
import { unknownName } from "../../base/nearest.ts";
import type { ConcurrencyBounds } from "../../domain/concurrency.ts";
import type { Providers } from "../../providers/index.ts";
import type { PriceCatalogue } from "../../providers/prices/index.ts";
import {
  type CompletionRequest,
  type EmbeddingRequest,
  type Provider,
  type ProviderCompletion,
  ProviderError,
} from "../../providers/provider.ts";
import type { ResponseStore } from "../../store/responses.ts";
import type { Prometheus } from "../../telemetry/prometheus.ts";
import { createAccounts } from "./accounts.ts";
import { createAttempts } from "./attempts.ts";
import { startDeadlines, TIME_LIMITS } from "./deadlines.ts";
import { estimateUsage } from "./estimate.ts";
import { createLanes } from "./lanes.ts";
import { type CallDelta, type CallPolicy, cached, type EmbeddingCall, type ModelCall } from "./model-call.ts";
import { createOpenCalls } from "./open-calls.ts";
import { createPaidAttempts } from "./paid-attempts.ts";
import { createResponseCache, type Lead, responseKey } from "./response-cache.ts";

export { limitedTo } from "./deadlines.ts";
export type { CallDelta, CallPolicy, EmbeddingCall, ModelCall } from "./model-call.ts";

interface ModelCallOptions {
  providers: Providers;
  prices: PriceCatalogue;
  responses: ResponseStore;
  /** How many calls a provider may get at once, by its name. */
  concurrency: Readonly<Record<string, ConcurrencyBounds>>;
  prometheus: Prometheus;
  /** Throws if the answer of a call could not be stored, so that nothing is paid for that would be lost. */
  requireStorage?: (() => void) | undefined;
}

/** The facts of a failure: the provider, the reason, and the vendor's status, code and parameter. */
function detailsOf({ provider, reason, status, code, param }: ProviderError): Record<string, unknown> {
  const reported = Object.entries({ status, code, param }).filter(([, value]) => value !== undefined);
  return { provider, reason, ...Object.fromEntries(reported) };
}

/** Converts a provider's failure for the caller: its 400 becomes our 400, all else 503 with the reason. */
export function toAppError(error: ProviderError): AppError {
  const details = detailsOf(error);
  if (error.reason === "invalid_request") {
    const field = error.field === undefined ? {} : { field: error.field };
    return new AppError("BAD_REQUEST", error.message, { ...field, ...details }, { cause: error });
  }
  const seconds =
    error.retry_after_ms === undefined ? {} : { retry_after: Math.ceil(error.retry_after_ms / 1000) };
  return new AppError("SERVICE_UNAVAILABLE", error.message, { ...details, ...seconds }, { cause: error });
}

/** Yields a known answer as a stream. */
function* deltasOf(known: ProviderCompletion): Generator<CallDelta> {
  if (known.reasoning_content) yield { type: "reasoning", text: known.reasoning_content };
  if (known.text !== "") yield { type: "text", text: known.text };
  for (const [index, { id, function: called }] of (known.tool_calls ?? []).entries())
    yield { type: "tool_call", index, id, ...called };
  yield { type: "finish", call: cached(known) };
}

/** Yields an answer for which others may be waiting. If its reader leaves, they ask themselves. */
async function* streamAsLead(lead: Lead, pieces: AsyncIterable<CallDelta>): AsyncGenerator<CallDelta> {
  let failure: unknown = "left";
  try {
    for await (const piece of pieces) {
      if (piece.type !== "finish") {
        yield piece;
        continue;
      }
      await lead.keep(piece.call.completion);
      yield { type: "finish", call: { ...piece.call, cache: "miss" } };
    }
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    lead.fail(failure);
  }
}

/** The only caller of providers: limits, retries, caching and accounting are the same for all callers. */
export function createModelCalls(options: ModelCallOptions) {
  const { providers, prices, responses, concurrency, prometheus, requireStorage } = options;
  const accounts = createAccounts(createLanes(concurrency));
  const openCalls = createOpenCalls();
  const attempts = createPaidAttempts(createAttempts({ accounts, prices, prometheus, openCalls }), prices);
  const cache = createResponseCache(responses);

  /**
   * Returns the provider of that name, for that model. Throws BAD_REQUEST if either is unknown; `field` is the path of
   * the object that names them, with its dot.
   */
  function require(name: string, model: string, field = ""): Provider {
    const provider = providers.find(name);
    if (!provider) throw unknownName(`${field}provider`, "provider", name, { known: providers.names });
    try {
      provider.checkModel(model);
    } catch (error) {
      if (error instanceof ProviderError) throw badField(`${field}model`, error.message, { provider: name });
      throw error;
    }
    return provider;
  }

  /** Throws SERVICE_UNAVAILABLE, naming the variables to set, if the provider has no key. */
  function requireConfigured({ listing }: Provider): void {
    if (listing.configured) return;
    const message = `The provider '${listing.name}' is not configured: set ${listing.requires.join(" and ")}.`;
    const details = { provider: listing.name, reason: "not_configured", requires: listing.requires };
    throw new AppError("SERVICE_UNAVAILABLE", message, details);
  }

  function limitsOf(name: string): { now: number; max: number } {
    const provider = providers.find(name);
    return provider ? accounts.limitsOf(provider) : { now: 0, max: 0 };
  }

  /**
   * Returns the known answer, or the duty to get it, with a policy for the time that is left after the wait for another
   * caller's answer. Returns undefined if the policy wants no cache.
   */
  async function claimAnswer(provider: Provider, request: CompletionRequest, policy: CallPolicy) {
    if (!policy.cache || policy.cache === "off") return undefined;
    const { name } = provider.listing;
    const key = responseKey(name, request);
    if (policy.cache === "refresh") return { lead: cache.lead(key), policy };
    const waiting = startDeadlines(name, { ...TIME_LIMITS, ...policy.limits }, policy.signal);
    // The caller that gets the answer may wait in the queue for as long as batches do.
    if (policy.priority === "batch") waiting.hold();
    try {
      const claim = await cache.claim(key, waiting.signal);
      const limits = { ...policy.limits, total_ms: waiting.left() };
      return { ...claim, policy: { ...policy, limits } };
    } finally {
      waiting.end();
    }
  }

  return {
    require,
    requireConfigured,
    /** Ends all open calls as `cancelled`, and later ones as they begin. The server calls it before it stops. */
    endAll: openCalls.endAll,
    /** Estimates what an answer that broke off used and cost; no provider reports that. */
    async accountFor(
      provider: string,
      request: CompletionRequest,
      part: Pick<ProviderCompletion, "text" | "tool_calls" | "reasoning_content">,
    ) {
      const usage = await estimateUsage(request, part);
      return { usage, cost_usd: prices.cost(provider, request.model, usage) };
    },
    /** Returns the most calls that may ever be under way at once. */
    limitOf: (name: string): number => limitsOf(name).max,
    /** Returns how many calls may be under way now, and at most. */
    limitsOf,
    listings: providers.listings,
    prices,

    /** Calls the model once a slot is free, and returns the whole answer. Throws ProviderError. */
    async call(provider: Provider, request: CompletionRequest, policy: CallPolicy = {}): Promise<ModelCall> {
      requireStorage?.();
      const claim = await claimAnswer(provider, request, policy);
      if (!claim) return attempts.complete(provider, request, policy);
      if ("known" in claim) return cached(claim.known);
      const { lead } = claim;
      try {
        const call = await attempts.complete(provider, request, claim.policy);
        await lead.keep(call.completion);
        return { ...call, cache: "miss" };
      } catch (error) {
        lead.fail(error);
        throw error;
      }
    },

    /** Like `call`, piece by piece. A known answer comes in one piece. */
    async *stream(
      provider: Provider,
      request: CompletionRequest,
      policy: CallPolicy = {},
    ): AsyncGenerator<CallDelta> {
      requireStorage?.();
      const claim = await claimAnswer(provider, request, policy);
      if (!claim) yield* attempts.stream(provider, request, policy);
      else if ("known" in claim) yield* deltasOf(claim.known);
      else yield* streamAsLead(claim.lead, attempts.stream(provider, request, claim.policy));
    },

    /**
     * Embeds the texts once a slot is free: one vector each, all finite and of one length. Throws ProviderError,
     * `invalid_request` if the provider has no embeddings. Embeddings are not cached.
     */
    async embed(
      provider: Provider,
      request: EmbeddingRequest,
      policy: Omit<CallPolicy, "cache"> = {},
    ): Promise<EmbeddingCall> {
      requireStorage?.();
      return attempts.embed(provider, request, policy);
    },
  };
}

export type ModelCalls = ReturnType<typeof createModelCalls>;
