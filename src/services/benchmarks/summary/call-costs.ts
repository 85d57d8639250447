import type { CallCosts } from "../../../domain/benchmarks/trial.ts";
import type { Usage } from "../../../domain/completions/completion.ts";
import { NO_USAGE, sumOfCosts, sumOfUsages } from "../../../domain/completions/usage.ts";

/** Adds up what scoring a run's trials took, apart from what their answers did. */
export function createCallCosts() {
  let sum: CallCosts | null = null;
  return {
    /** Of one trial: a usage of null is no call, a cost of null beside a usage one that is not known. */
    add(usage: Usage | null, cost_usd: number | null): void {
      if (!usage) return;
      sum ??= { usage: NO_USAGE, cost_usd: 0 };
      sum = { usage: sumOfUsages(sum.usage, usage), cost_usd: sumOfCosts(sum.cost_usd, cost_usd) };
    },
    /** Null where there was no call. */
    total: (): CallCosts | null => sum,
  };
}
