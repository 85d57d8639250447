import { Elysia } from "elysia";
import { rateLimit as elysiaRateLimit } from "elysia-rate-limit";
import { BurstyRateLimiter, RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { AppError } from "../../base/errors.ts";
import { contextOf, type RateVerdict, type RequestContext } from "./request-context.ts";

/** Counts requests by key. In memory here; the same library counts in Redis. */
export interface RateLimiter {
  limit: number;
  consume(key: string): Promise<RateVerdict>;
}

const WINDOW_S = 1;
const BURST_WINDOW_S = 10;
const EXEMPT = new Set(["/health", "/v1/health", "/ready", "/metrics"]);

/**
 * Windows of a second with `rps` requests each, and beyond them a reserve of `burst` that is refilled every
 * ten seconds. As windows are fixed, any one second sees at most 2 × rps + burst requests of one caller.
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

const keyOf = ({ caller, address }: RequestContext): string =>
  caller.role === null ? `address:${address()}` : `${caller.kind}:${caller.id}`;

const isExempt = ({ path, caller }: RequestContext): boolean =>
  EXEMPT.has(path) || caller.kind === "operator";

/** Asks the limiter once a request, however often it is asked. */
async function count(limiter: RateLimiter, context: RequestContext): Promise<void> {
  if (!isExempt(context)) context.verdict ??= await limiter.consume(keyOf(context));
}

function tell(
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

/** The refusal of a request that was counted and was one too many. */
export function refusalOf({ verdict }: RequestContext): AppError | undefined {
  if (!verdict || verdict.allowed) return undefined;
  const { retry_after } = verdict;
  const unit = retry_after === 1 ? "second" : "seconds";
  return new AppError("RATE_LIMIT_EXCEEDED", `Rate limit exceeded. Try again in ${retry_after} ${unit}.`, {
    retry_after,
  });
}

/**
 * `elysia-rate-limit` over a context of ours: it counts failed requests twice or not at all, so what it calls
 * `increment` for is looked up by a token and counted once; its own count stays 0 and the hooks behind it refuse.
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
        tell(limiter.limit, context, set.headers);
        const refusal = refusalOf(context);
        if (refusal) throw refusal;
      })
      // Failures that the plugin does not count (401 among them) are counted here.
      .onError(async ({ request, set }) => {
        const context = contextOf(request);
        await count(limiter, context);
        tell(limiter.limit, context, set.headers);
      })
      .as("global")
  );
}
