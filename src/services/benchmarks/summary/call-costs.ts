import type { CallCosts } from "../../../domain/benchmarks/trial.ts";
import type { Usage } from "../../../domain/completions/completion.ts";
import { NO_USAGE, sumOfCosts, sumOfUsages } from "../../../domain/completions/usage.ts";

/** Adds up the tokens and dollars of a run's scoring calls, apart from those of its answers. */
export function createCallCosts() {
  let sum: CallCosts | null = null;
  return {
    /** Adds one trial. A usage of null means no call; a usage with a cost of null means a call of unknown cost. */
    add(usage: Usage | null, cost_usd: number | null): void {
      if (!usage) return;
      sum ??= { usage: NO_USAGE, cost_usd: 0 };
      sum = { usage: sumOfUsages(sum.usage, usage), cost_usd: sumOfCosts(sum.cost_usd, cost_usd) };
    },
    /** Returns the sum; null if no call was made. */
    total: (): CallCosts | null => sum,
  };
}
