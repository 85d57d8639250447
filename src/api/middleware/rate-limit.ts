import { Elysia } from "elysia";
import { rateLimit as elysiaRateLimit } from "elysia-rate-limit";
import { BurstyRateLimiter, RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { AppError } from "../../base/errors.ts";
import { contextOf, type RateVerdict, type RequestContext } from "./request-context.ts";

/** Counts requests by key, in memory. The same library can count in Redis. */
export interface RateLimiter {
  limit: number;
  consume(key: string): Promise<RateVerdict>;
}

const WINDOW_S = 1;
const BURST_WINDOW_S = 10;
const EXEMPT = new Set(["/health", "/v1/health", "/ready", "/metrics"]);

/**
 * Creates a limiter that allows `rps` requests in each window of one second, and beyond them a reserve of `burst`
 * requests that is refilled every 10 s. Windows are fixed, so any one second sees at most 2 × rps + burst requests of
 * one caller.
 */
export function createRateLimiter(rps: number, burst: number): RateLimiter {
  const limiter = new BurstyRateLimiter(
    new RateLimiterMemory({ points: rps, duration: WINDOW_S }),
    new RateLimiterMemory({ keyPrefix: "burst", points: burst, duration: BURST_WINDOW_S }),
  );
  const verdict = (allowed: boolean, { msBeforeNext, remainingPoints }: RateLimiterRes): RateVerdict => ({
    allowed,
    remaining: Math.min(rps, Math.max(0, remainingPoints)),
    reset: Math.ceil((Date.now() + msBeforeNext) / 1000),
    retry_after: Math.max(1, Math.ceil(msBeforeNext / 1000)),
  });
  return {
    limit: rps,
    async consume(key) {
      try {
        return verdict(true, await limiter.consume(key));
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return verdict(false, refusal);
        throw refusal;
      }
    },
  };
}

/** Returns the key under which a caller is counted: its account, or its address if it is unknown. */
export const callerKey = ({ caller, address }: Pick<RequestContext, "caller" | "address">): string =>
  caller.role === null ? `address:${address()}` : `${caller.kind}:${caller.id}`;

const isExempt = ({ path, caller }: RequestContext): boolean =>
  EXEMPT.has(path) || caller.kind === "operator";

/** Counts a request once, however often it is called. */
async function count(limiter: RateLimiter, context: RequestContext): Promise<void> {
  if (!isExempt(context)) context.verdict ??= await limiter.consume(callerKey(context));
}

function setRateHeaders(
  limit: number,
  { verdict }: RequestContext,
  headers: Record<string, string | number | undefined>,
): void {
  if (!verdict) return;
  headers["x-ratelimit-limit"] = limit;
  headers["x-ratelimit-remaining"] = verdict.remaining;
  headers["x-ratelimit-reset"] = verdict.reset;
  if (!verdict.allowed) headers["retry-after"] = verdict.retry_after;
}

/** Returns the error for a request over the limit, or undefined for a request within it. */
export function refusalOf({ verdict }: RequestContext): AppError | undefined {
  if (!verdict || verdict.allowed) return undefined;
  const { retry_after } = verdict;
  const unit = retry_after === 1 ? "second" : "seconds";
  return new AppError("RATE_LIMIT_EXCEEDED", `Rate limit exceeded. Try again in ${retry_after} ${unit}.`, {
    retry_after,
  });
}

/**
 * Limits each caller's requests. `elysia-rate-limit` alone would count failed requests twice or not at all. Hence its
 * own count stays 0: `increment` finds the request by a token, counts it once, and the hooks behind it refuse.
 */
export function rateLimit(limiter: RateLimiter) {
  const counting = new Map<string, RequestContext>();
  let tokens = 0;
  const plugin = elysiaRateLimit({
    max: limiter.limit,
    duration: WINDOW_S * 1000,
    headers: false,
    countFailedRequest: true,
    skip: (request) => isExempt(contextOf(request)),
    generator(request) {
      const token = String(++tokens);
      counting.set(token, contextOf(request));
      return token;
    },
    context: {
      init: () => undefined,
      async increment(token) {
        const context = counting.get(token);
        counting.delete(token);
        if (context) await count(limiter, context);
        return { count: 0, nextReset: new Date(), start: 0 };
      },
      decrement: () => undefined,
      reset: () => undefined,
      kill: () => counting.clear(),
    },
  });
  return (
    new Elysia({ name: "rate-limit" })
      .use(plugin)
      .onBeforeHandle(({ request, set }) => {
        const context = contextOf(request);
        setRateHeaders(limiter.limit, context, set.headers);
        const refusal = refusalOf(context);
        if (refusal) throw refusal;
      })
      // The plugin does not count all failures (401, for example), so they are counted here.
      .onError(async ({ request, set }) => {
        const context = contextOf(request);
        await count(limiter, context);
        setRateHeaders(limiter.limit, context, set.headers);
      })
      .as("global")
  );
}
