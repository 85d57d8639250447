import type { Usage } from "../../domain/completions/completion.ts";
import { NO_USAGE, sumOfCosts, sumOfUsages } from "../../domain/completions/usage.ts";
import type { CallAccount } from "../../domain/judge.ts";

/** A call as it is booked. */
interface Charge {
  usage: Usage | null;
  cost_usd: number | null;
  cached: boolean;
}

/** An empty account: no call was made. */
export const NO_CALLS: Readonly<CallAccount> = { calls: 0, cached_calls: 0, usage: NO_USAGE, cost_usd: 0 };

/** Creates an account that adds up the usage and cost of calls. */
export function createCallAccount() {
  const sum: CallAccount = { ...NO_CALLS };
  return {
    /** Books a call. An answer from the cache costs nothing: its first caller has paid for its tokens. */
    add({ usage, cost_usd, cached }: Charge): void {
      if (cached) {
        sum.cached_calls++;
        return;
      }
      sum.calls++;
      sum.usage = sumOfUsages(sum.usage, usage ?? NO_USAGE);
      sum.cost_usd = sumOfCosts(sum.cost_usd, cost_usd);
    },
    /** Returns the sums; null if no call was made. */
    total: (): CallAccount | null => (sum.calls + sum.cached_calls === 0 ? null : { ...sum }),
  };
}
