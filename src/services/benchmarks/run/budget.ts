import { formatDollars } from "../../../base/format.ts";
import { newId } from "../../../base/ids.ts";
import type { HoldStore } from "../../../store/holds.ts";
import { type Hold, type Ledger, OverBudget } from "../../model-calls/ledger.ts";

/** A call that waits until it may be paid for. */
interface Waiter {
  worst_usd: number;
  start(): void;
  refuse(error: OverBudget): void;
}

/** What one trial's calls hold and have cost. */
export interface TrialAccount extends Ledger {
  /** What its row has to account for: all that it may have cost, and the holds that end with the row's commit. */
  close(): { spent_usd: number; holds: string[] };
  /** Why a call of it could not be paid; null if all could. */
  readonly refusal: string | null;
  /** The trial has no row: its holds stay, at what its calls have cost or may have. */
  abandon(): Promise<void>;
}

export interface Budget {
  readonly spent_usd: number;
  account(): TrialAccount;
}

/**
 * Holds money up to a ceiling: what is spent and what is held together never exceed it, as long as no call costs more
 * than was held for it. First come, first served, but `urgent` ones (of trials that have cost something already) go
 * first. A call that does not fit waits while any other is open; when none is, it is refused.
 */
export function createCeiling(ceiling_usd: number, spent_usd: number) {
  const waiting: Waiter[] = [];
  let spent = spent_usd;
  let held = 0;
  let open = 0;

  function settle(worst_usd: number, cost_usd: number): void {
    open--;
    spent += cost_usd;
    // Without open calls nothing is held, whatever the rounding of many sums says.
    held = open === 0 ? 0 : held - worst_usd;
    advance();
  }

  function grant(worst_usd: number): Hold {
    let settled = false;
    open++;
    held += worst_usd;
    return {
      settle(cost_usd) {
        if (settled) return;
        settled = true;
        settle(worst_usd, cost_usd);
      },
    };
  }

  const refusal = (worst_usd: number) =>
    new OverBudget(
      `The budget of ${formatDollars(ceiling_usd)} is used up: ${formatDollars(spent)} are spent, and the next call may cost ` +
        `up to ${formatDollars(worst_usd)}.`,
    );

  function advance(): void {
    for (let next = waiting[0]; next; next = waiting[0]) {
      const fits = spent + held + next.worst_usd <= ceiling_usd;
      if (!fits && open > 0) return;
      waiting.shift();
      if (fits) next.start();
      else next.refuse(refusal(next.worst_usd));
    }
  }

  return {
    get spent_usd() {
      return spent;
    },
    reserve(worst_usd: number, signal: AbortSignal, urgent = false): Promise<Hold> {
      if (signal.aborted) return Promise.reject(signal.reason);
      return new Promise((resolve, reject) => {
        const leave = () => {
          waiting.splice(waiting.indexOf(waiter), 1);
          reject(signal.reason);
          advance();
        };
        const ended = () => signal.removeEventListener("abort", leave);
        const waiter: Waiter = {
          worst_usd,
          start() {
            ended();
            resolve(grant(worst_usd));
          },
          refuse(error) {
            ended();
            reject(error);
          },
        };
        signal.addEventListener("abort", leave, { once: true });
        if (urgent) waiting.unshift(waiter);
        else waiting.push(waiter);
        advance();
      });
    },
  };
}

/**
 * A benchmark's budget, kept over crashes: what a call may cost is committed before the call is made, and ends in the
 * commit of the trial's row, which says what it did cost; until then the hold is lowered to the cost as soon as that is known.
 * `spent_usd` is what rows and holds come to so far.
 */
export function createBudget(
  benchmark_id: string,
  ceiling_usd: number,
  spent_usd: number,
  holds: Pick<HoldStore, "add" | "settle">,
): Budget {
  const ceiling = createCeiling(ceiling_usd, spent_usd);

  function account(): TrialAccount {
    const costs = new Map<string, number>();
    let refusal: string | null = null;

    /** A call that can't be paid is told whether others of the trial were. */
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
     * What a call did cost is handed in before the next may take the room that this makes, and writes are committed in
     * their order: a trial of many calls, killed, would else be down for the worst of each. Refused, the worst stays.
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

  return {
    get spent_usd() {
      return ceiling.spent_usd;
    },
    account,
  };
}
