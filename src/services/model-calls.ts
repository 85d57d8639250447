import { AppError, badField } from "../domain/errors.ts";
import { unknownName } from "../domain/nearest.ts";
import type { Providers } from "../providers/index.ts";
import type { PriceCatalogue } from "../providers/prices.ts";
import {
  type CompletionRequest,
  type Provider,
  type ProviderCompletion,
  ProviderError,
} from "../providers/provider.ts";
import type { Prometheus } from "../telemetry/prometheus.ts";
import { createSlots, type Slots } from "./slots.ts";

/** A finished call: the answer, what it cost and how long it took. */
export interface ModelCall {
  completion: ProviderCompletion;
  /** From the start of the call, after the wait for a slot, to its end. */
  latency_ms: number;
  /** Waited for a free slot. */
  queue_ms: number;
  /** Null where the price is not known. */
  cost_usd: number | null;
}

export interface CallLimits {
  signal?: AbortSignal;
  timeout_ms?: number;
}

interface ModelCallOptions {
  providers: Providers;
  prices: PriceCatalogue;
  /** Calls at once, by provider. */
  concurrency: Readonly<Record<string, number>>;
  prometheus: Prometheus;
}

const TIMEOUT_MS = 120_000;
const CONCURRENCY = 20;

/** The upstream failure as a caller meets it: its 400 is our 400, all else is 503 with the reason. */
export function toAppError(error: ProviderError): AppError {
  const details = { provider: error.provider, reason: error.reason };
  if (error.reason === "invalid_request")
    return new AppError("BAD_REQUEST", error.message, details, { cause: error });
  const seconds =
    error.retry_after_ms === undefined ? {} : { retry_after: Math.ceil(error.retry_after_ms / 1000) };
  return new AppError("SERVICE_UNAVAILABLE", error.message, { ...details, ...seconds }, { cause: error });
}

/** The only caller of providers: concurrency, time limits and accounting are the same for everybody. */
export function createModelCalls({ providers, prices, concurrency, prometheus }: ModelCallOptions) {
  const slots = new Map<string, Slots>();

  function slotsOf(provider: string): Slots {
    const known = slots.get(provider);
    if (known) return known;
    const made = createSlots(concurrency[provider] ?? CONCURRENCY);
    slots.set(provider, made);
    return made;
  }

  /** The provider by name, able to take that model. `field` is where in the request the names stood. */
  function require(name: string, model: string, field = ""): Provider {
    const provider = providers.find(name);
    if (!provider) throw unknownName(`${field}provider`, "provider", name, providers.names);
    try {
      provider.checkModel(model);
    } catch (error) {
      if (error instanceof ProviderError) throw badField(`${field}model`, error.message, { provider: name });
      throw error;
    }
    return provider;
  }

  /** Throws SERVICE_UNAVAILABLE naming the variables to set if the provider lacks its key. */
  function requireConfigured({ listing }: Provider): void {
    if (listing.configured) return;
    const message = `The provider '${listing.name}' is not configured: set ${listing.requires.join(" and ")}.`;
    const details = { provider: listing.name, reason: "not_configured", requires: listing.requires };
    throw new AppError("SERVICE_UNAVAILABLE", message, details);
  }

  async function timed(
    provider: Provider,
    request: CompletionRequest,
    limits: CallLimits,
  ): Promise<ProviderCompletion> {
    const controller = new AbortController();
    const abort = () => controller.abort(limits.signal?.reason);
    const timeout_ms = limits.timeout_ms ?? TIMEOUT_MS;
    const late = new ProviderError(provider.listing.name, "timeout", `No answer within ${timeout_ms} ms.`, {
      retryable: true,
    });
    const timer = setTimeout(() => controller.abort(late), timeout_ms);
    // It may have fired between the taking of the slot and now.
    if (limits.signal?.aborted) abort();
    limits.signal?.addEventListener("abort", abort, { once: true });
    try {
      return await provider.complete(request, { signal: controller.signal });
    } catch (error) {
      throw controller.signal.reason === late ? late : error;
    } finally {
      clearTimeout(timer);
      limits.signal?.removeEventListener("abort", abort);
    }
  }

  return {
    require,
    requireConfigured,
    limitOf: (provider: string): number => slotsOf(provider).limit,
    listings: providers.listings,

    /** Calls the model once a slot is free. Throws ProviderError, or the signal's reason if that fires. */
    async call(provider: Provider, request: CompletionRequest, limits: CallLimits = {}): Promise<ModelCall> {
      const { name } = provider.listing;
      const queued_at = performance.now();
      const release = await slotsOf(name).take(limits.signal);
      const started_at = performance.now();
      try {
        const completion = await timed(provider, request, limits);
        prometheus.provider_calls.inc({ provider: name, result: "ok" });
        return {
          completion,
          latency_ms: performance.now() - started_at,
          queue_ms: started_at - queued_at,
          cost_usd: prices.cost(name, request.model, completion.usage),
        };
      } catch (error) {
        prometheus.provider_calls.inc({
          provider: name,
          result: error instanceof ProviderError ? error.reason : "aborted",
        });
        throw error;
      } finally {
        release();
      }
    },
  };
}

export type ModelCalls = ReturnType<typeof createModelCalls>;
