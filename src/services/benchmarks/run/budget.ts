import { newId } from "../../../base/ids.ts";
import type { HoldStore } from "../../../store/holds.ts";
import { type Hold, type Ledger, OverBudget } from "../../model-calls/ledger.ts";
import { type Ceiling, createCeiling } from "./ceiling.ts";

/** The holds and costs of one trial's calls. */
export interface TrialAccount extends Ledger {
  /** Returns what the trial's row records: all that the trial may have cost, and the holds that its commit ends. */
  close(): { spent_usd: number; holds: string[] };
  /** The message of the call that could not be paid; null if all could. */
  readonly refusal: string | null;
  /** Keeps the holds of a trial without a row, each at the cost of its call, or at the worst case if unknown. */
  abandon(): Promise<void>;
}

export interface Budget {
  readonly spent_usd: number;
  account(): TrialAccount;
}

interface BudgetOptions {
  benchmark_id: string;
  ceiling_usd: number;
  /** The sum of the benchmark's rows and holds so far. */
  spent_usd: number;
  holds: Pick<HoldStore, "add" | "settle">;
}

/**
 * Creates a benchmark's budget, which survives crashes. The worst-case cost of a call is committed as a hold before the
 * call is made. Once the real cost is known, the hold is lowered to it. The commit of the trial's row ends the hold.
 */
export function createBudget({ benchmark_id, ceiling_usd, spent_usd, holds }: BudgetOptions): Budget {
  const ceiling = createCeiling(ceiling_usd, spent_usd);
  return {
    get spent_usd() {
      return ceiling.spent_usd;
    },
    account: () => createTrialAccount({ benchmark_id, ceiling, holds }),
  };
}

interface AccountOptions extends Pick<BudgetOptions, "benchmark_id" | "holds"> {
  ceiling: Ceiling;
}

function createTrialAccount({ benchmark_id, ceiling, holds }: AccountOptions): TrialAccount {
  const costs = new Map<string, number>();
  let refusal: string | null = null;

  /** Notes the refusal. The error says whether other calls of the trial were paid. */
  function refuse(error: unknown): never {
    if (!(error instanceof OverBudget)) throw error;
    refusal = error.message;
    throw new OverBudget(error.message, costs.size > 0);
  }

  async function commit(hold_id: string, usd: number, hold: Hold): Promise<void> {
    try {
      await holds.add({ hold_id, benchmark_id, usd });
    } catch (error) {
      hold.settle(0);
      throw error;
    }
  }

  /**
   * Lowers a hold to the call's cost. The write is queued before the next call can take the freed room, and writes commit
   * in order; otherwise a trial of many calls would count the worst case of each after a kill. A failed write leaves it.
   */
  function lower(hold_id: string, usd: number): void {
    holds.settle([{ hold_id, usd }]).catch(() => undefined);
  }

  return {
    get refusal() {
      return refusal;
    },
    async reserve(worst_usd, signal) {
      const hold = await ceiling.reserve(worst_usd, signal, costs.size > 0).catch(refuse);
      const hold_id = newId();
      await commit(hold_id, worst_usd, hold);
      costs.set(hold_id, worst_usd);
      return {
        settle(cost_usd) {
          costs.set(hold_id, cost_usd);
          if (cost_usd !== worst_usd) lower(hold_id, cost_usd);
          hold.settle(cost_usd);
        },
      };
    },
    close: () => ({
      spent_usd: [...costs.values()].reduce((sum, usd) => sum + usd, 0),
      holds: [...costs.keys()],
    }),
    abandon: () => holds.settle([...costs].map(([hold_id, usd]) => ({ hold_id, usd }))),
  };
}
