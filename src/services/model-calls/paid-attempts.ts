import type { Usage } from "../../domain/completions/completion.ts";
import type { PriceCatalogue } from "../../providers/prices/index.ts";
import type { CompletionRequest, Provider } from "../../providers/provider.ts";
import type { Attempts } from "./attempts.ts";
import { createGuard, type Guard } from "./ledger.ts";
import type { CallPolicy, ModelCall } from "./model-call.ts";
import { type WorstCase, worstCaseOf, worstReadingOf } from "./worst-case.ts";

/** What a finished call used and cost. */
interface Bill {
  cost_usd: number | null;
  usage: Usage | null;
}

/** Makes a call whose money the guard has reserved; without a guard the call costs nothing. */
async function paid<Answer>(
  guard: Guard | undefined,
  ask: (guard: Guard | undefined) => Promise<Answer>,
  billOf: (answer: Answer) => Bill,
): Promise<Answer> {
  try {
    const answer = await ask(guard);
    const { cost_usd, usage } = billOf(answer);
    guard?.answered(cost_usd, usage?.estimated === true);
    return answer;
  } catch (error) {
    // The guard knows already of failed attempts. After any other error, the reserve must not be kept for ever.
    guard?.failed(error);
    throw error;
  }
}

const billOf = ({ cost_usd, completion }: ModelCall): Bill => ({ cost_usd, usage: completion.usage });

/** Wraps attempts so that a call whose policy names a ledger is paid for from it. */
export function createPaidAttempts(attempts: Attempts, prices: PriceCatalogue): Attempts {
  const guardOf = ({ listing }: Provider, { ledger }: CallPolicy, worst: (provider: string) => WorstCase) =>
    ledger && createGuard(ledger, worst(listing.name), listing.name);
  const guardOfCall = (provider: Provider, request: CompletionRequest, policy: CallPolicy) =>
    guardOf(provider, policy, (name) => worstCaseOf(prices, name, request));

  return {
    complete: (provider, request, policy) =>
      paid(
        guardOfCall(provider, request, policy),
        (guard) => attempts.complete(provider, request, { ...policy, guard }),
        billOf,
      ),
    embed: (provider, request, policy) =>
      paid(
        guardOf(provider, policy, (name) => worstReadingOf(prices, name, request)),
        (guard) => attempts.embed(provider, request, { ...policy, guard }),
        (call) => call,
      ),
    async *stream(provider, request, policy) {
      const guard = guardOfCall(provider, request, policy);
      if (!guard) return yield* attempts.stream(provider, request, policy);
      try {
        for await (const delta of attempts.stream(provider, request, { ...policy, guard })) {
          if (delta.type === "finish")
            guard.answered(delta.call.cost_usd, delta.call.completion.usage?.estimated === true);
          yield delta;
        }
      } finally {
        guard.failed("left");
      }
    },
  };
}
