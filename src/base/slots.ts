/** Limits how many callers hold a slot at once; the others wait in order of arrival. */
export interface Slots {
  /** Takes a slot, waits for a free one, and returns the function that releases it. Rejects with the signal's reason. */
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

  /** Returns a release function. Further calls of it do nothing, so that no slot is released twice. */
  function releaseOnce(): () => void {
    let held = true;
    return () => {
      if (held) release();
      held = false;
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
        return Promise.resolve(releaseOnce());
      }
      return new Promise((resolve, reject) => {
        const leave = () => {
          waiting.delete(waiter);
          reject(signal?.reason);
        };
        const waiter: Waiter = {
          start() {
            signal?.removeEventListener("abort", leave);
            resolve(releaseOnce());
          },
        };
        waiting.add(waiter);
        signal?.addEventListener("abort", leave, { once: true });
      });
    },
  };
}
