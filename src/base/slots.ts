/** A limit on how many hold something at once; the rest wait in the order of their coming. */
export interface Slots {
  /** Resolves when a slot is free; rejects with the signal's reason if that fires first. Answers the release. */
  take(signal?: AbortSignal): Promise<() => void>;
  readonly limit: number;
  /** How many callers wait for a slot. */
  readonly waiting: number;
}

interface Waiter {
  start(): void;
}

export function createSlots(limit: number): Slots {
  const waiting = new Set<Waiter>();
  let taken = 0;

  function release(): void {
    const [next] = waiting;
    if (!next) {
      taken--;
      return;
    }
    waiting.delete(next);
    next.start();
  }

  /** A slot is given back once, however often its release is called. */
  function once(): () => void {
    let open = true;
    return () => {
      if (open) release();
      open = false;
    };
  }

  return {
    limit,
    get waiting() {
      return waiting.size;
    },
    take(signal) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (taken < limit) {
        taken++;
        return Promise.resolve(once());
      }
      return new Promise((resolve, reject) => {
        const leave = () => {
          waiting.delete(waiter);
          reject(signal?.reason);
        };
        const waiter: Waiter = {
          start() {
            signal?.removeEventListener("abort", leave);
            resolve(once());
          },
        };
        waiting.add(waiter);
        signal?.addEventListener("abort", leave, { once: true });
      });
    },
  };
}
