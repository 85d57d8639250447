import { formatDollars } from "../../../base/format.ts";
import { type Hold, OverBudget } from "../../model-calls/ledger.ts";

/** A call that waits until it may be paid for. */
interface Waiter {
  worst_usd: number;
  start(): void;
  refuse(error: OverBudget): void;
}

/**
 * Holds money up to a ceiling. As long as no call costs more than was held for it, spent and held money together never
 * exceed the ceiling. Calls are served in order, but `urgent` ones (of trials with earlier costs) go first. A call that
 * does not fit waits while another call is open. If none is open, it is refused with OverBudget.
 */
export function createCeiling(ceiling_usd: number, spent_usd: number) {
  const waiting: Waiter[] = [];
  let spent = spent_usd;
  let held = 0;
  let open = 0;

  function settle(worst_usd: number, cost_usd: number): void {
    open--;
    spent += cost_usd;
    // Without open calls nothing is held. This also clears rounding errors of many sums.
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
      `The budget of ${formatDollars(ceiling_usd)} is used up: ${formatDollars(spent)} are spent, ` +
        `and the next call may cost up to ${formatDollars(worst_usd)}.`,
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

  function enqueue(waiter: Waiter, urgent: boolean): void {
    if (urgent) waiting.unshift(waiter);
    else waiting.push(waiter);
    advance();
  }

  function withdraw(waiter: Waiter): void {
    waiting.splice(waiting.indexOf(waiter), 1);
    advance();
  }

  return {
    get spent_usd() {
      return spent;
    },
    /** Holds `worst_usd` for a call. Rejects with the signal's reason, or with OverBudget. */
    reserve(worst_usd: number, signal: AbortSignal, urgent = false): Promise<Hold> {
      if (signal.aborted) return Promise.reject(signal.reason);
      const { promise, resolve, reject } = Promise.withResolvers<Hold>();
      const onAbort = () => {
        reject(signal.reason);
        withdraw(waiter);
      };
      const stopListening = () => signal.removeEventListener("abort", onAbort);
      const waiter: Waiter = {
        worst_usd,
        start() {
          stopListening();
          resolve(grant(worst_usd));
        },
        refuse(error) {
          stopListening();
          reject(error);
        },
      };
      signal.addEventListener("abort", onAbort, { once: true });
      enqueue(waiter, urgent);
      return promise;
    },
  };
}

export type Ceiling = ReturnType<typeof createCeiling>;
