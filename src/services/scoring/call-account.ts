import type { Usage } from "../../domain/completions/completion.ts";
import { NO_USAGE, sumOfCosts, sumOfUsages } from "../../domain/completions/usage.ts";
import type { CallAccount } from "../../domain/judge.ts";

/** What an account takes from a call. */
interface Charge {
  usage: Usage | null;
  cost_usd: number | null;
  cached: boolean;
}

/** Of nobody who answered. */
export const NO_CALLS: Readonly<CallAccount> = { calls: 0, cached_calls: 0, usage: NO_USAGE, cost_usd: 0 };

/** Adds up what calls came to. */
export function createCallAccount() {
  const sum: CallAccount = { ...NO_CALLS };
  return {
    /** What was answered from the cache costs nothing: its tokens were paid by whoever asked first. */
    add({ usage, cost_usd, cached }: Charge): void {
      if (cached) {
        sum.cached_calls++;
        return;
      }
      sum.calls++;
      sum.usage = sumOfUsages(sum.usage, usage ?? NO_USAGE);
      sum.cost_usd = sumOfCosts(sum.cost_usd, cost_usd);
    },
    /** Null where there was no call. */
    total: (): CallAccount | null => (sum.calls + sum.cached_calls === 0 ? null : { ...sum }),
  };
}
