import type { PriceCatalogue } from "../../providers/prices.ts";
import type { CompletionRequest, Provider } from "../../providers/provider.ts";
import type { Attempts } from "./attempts.ts";
import { createGuard, type Guard } from "./ledger.ts";
import type { CallPolicy, ModelCall } from "./model-call.ts";
import { worstCaseOf } from "./worst-case.ts";

const settled = (guard: Guard, { cost_usd, completion }: ModelCall): void =>
  guard.answered(cost_usd, completion.usage?.estimated === true);

/** Attempts at calls of which each, where its policy names a ledger, is paid for out of it. */
export function createPaidAttempts(attempts: Attempts, prices: PriceCatalogue): Attempts {
  const guardOf = (provider: Provider, request: CompletionRequest, { ledger }: CallPolicy) =>
    ledger && createGuard(ledger, worstCaseOf(prices, provider.listing.name, request), provider.listing.name);

  return {
    async complete(provider, request, policy) {
      const guard = guardOf(provider, request, policy);
      if (!guard) return attempts.complete(provider, request, policy);
      try {
        const call = await attempts.complete(provider, request, { ...policy, guard });
        settled(guard, call);
        return call;
      } catch (error) {
        // Of an attempt that failed the guard knows already; whatever else went wrong, money is not held for ever.
        guard.failed(error);
        throw error;
      }
    },
    async *stream(provider, request, policy) {
      const guard = guardOf(provider, request, policy);
      if (!guard) return yield* attempts.stream(provider, request, policy);
      try {
        for await (const delta of attempts.stream(provider, request, { ...policy, guard })) {
          if (delta.type === "finish") settled(guard, delta.call);
          yield delta;
        }
      } finally {
        guard.failed("left");
      }
    },
  };
}
