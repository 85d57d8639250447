/** How fast a budget refills, and how much it holds. */
export interface Rate {
  per_second: number;
  capacity: number;
}

/** Returns the present time in milliseconds. */
type Clock = () => number;

export interface Budget {
  /** Takes units from the budget. Returns false, and takes nothing, if fewer are left. */
  spend(units: number): boolean;
  isFull(): boolean;
}

/** Creates a full budget that refills continuously: a token bucket. */
export function createBudget({ per_second, capacity }: Rate, clock: Clock = () => performance.now()): Budget {
  let left = capacity;
  let filled_at = clock();

  function refill(): void {
    const time = clock();
    left = Math.min(capacity, left + ((time - filled_at) / 1000) * per_second);
    filled_at = time;
  }

  return {
    spend(units) {
      refill();
      if (left < units) return false;
      left -= units;
      return true;
    },
    isFull() {
      refill();
      return left >= capacity;
    },
  };
}

/** Creates one budget for each key. `prune` forgets the full ones, so that only recent keys take memory. */
export function createBudgets(rate: Rate, clock?: Clock) {
  const budgets = new Map<string, Budget>();
  return {
    of(key: string): Budget {
      const known = budgets.get(key);
      if (known) return known;
      const fresh = createBudget(rate, clock);
      budgets.set(key, fresh);
      return fresh;
    },
    prune(): void {
      for (const [key, budget] of budgets) if (budget.isFull()) budgets.delete(key);
    },
    get size(): number {
      return budgets.size;
    },
  };
}
